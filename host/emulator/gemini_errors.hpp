// The error bodies of the Gemini API (google.rpc.Status), word for word where the words are known.
#pragma once

#include "core/json/value.hpp"
#include "host/emulator/fault.hpp"
#include "host/emulator/reply.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patchbay::emulator {

inline constexpr std::size_t gemini_request_size_max = std::size_t{20} << 20U;  // Google's

struct GeminiError {
  enum class About : std::uint8_t { Key, Other };
  enum class Code : std::uint8_t { Number, Text, Missing };  // how the body has http_status

  unsigned http_status = 400;
  std::string_view status = "INVALID_ARGUMENT";
  std::string message;
  json::Array details;
  About about = About::Other;
  Code code = Code::Number;
};

[[nodiscard]] json::Value error_document(const GeminiError& error);
[[nodiscard]] Reply error_reply(const GeminiError& error);

[[nodiscard]] GeminiError invalid_argument(std::string message);
// `field` is a path in snake case such as "generation_config.image_config"; empty: the top.
[[nodiscard]] GeminiError field_violation(std::string_view field, std::string message);
[[nodiscard]] GeminiError invalid_key();
[[nodiscard]] GeminiError expired_token();
[[nodiscard]] GeminiError missing_key();
[[nodiscard]] GeminiError request_too_large();
[[nodiscard]] GeminiError unknown_model(std::string_view name, std::string_view method);

// What the faults put in place of an answer about this model (a bare id).
[[nodiscard]] std::optional<GeminiError> error_of(const FaultSet& faults, std::string_view model);

}  // namespace patchbay::emulator
