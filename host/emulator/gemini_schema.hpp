// The fields that requests of the Gemini API may have, checked as Google's JSON front end does:
// camel and snake case are the same, an unknown name is an error, and so is a value of a wrong
// type.
#pragma once

#include "core/json/value.hpp"
#include "host/emulator/gemini_errors.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace patchbay::emulator {

// Which message a request's body is.
enum class GeminiMessage : std::uint8_t { GenerateContent, CountTokens };

// The first thing wrong, in document order.
[[nodiscard]] std::optional<GeminiError> check_fields(const json::Value& body,
                                                      GeminiMessage message);

// The member by its camel-case name, however the request spelt it; null where it is missing.
[[nodiscard]] const json::Value* find_field(const json::Value& object, std::string_view camel_case);
// The text of that member; empty where it is missing or of another type.
[[nodiscard]] std::string_view text_field(const json::Value& object, std::string_view camel_case);

[[nodiscard]] std::string snake_case(std::string_view camel_case);

}  // namespace patchbay::emulator
