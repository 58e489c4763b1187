// What a request to generate asks for, once it has been understood.
#pragma once

#include "core/json/value.hpp"
#include "host/emulator/gemini_errors.hpp"
#include "host/emulator/gemini_models.hpp"
#include "host/emulator/prompt.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace patchbay::emulator {

inline constexpr std::int64_t input_image_count_max = 14;

struct Generation {
  Prompt prompt;
  bool wants_text = true;
  bool wants_image = false;
  Pixels pixels{.width = 0, .height = 0};  // of the image that is wanted
  const ImageTier* tier = nullptr;
};

// Each is the thing asked for, or the error that it is answered with.
[[nodiscard]] std::variant<json::Value, GeminiError> parse_gemini_body(std::string_view body);
[[nodiscard]] std::variant<Prompt, GeminiError> parse_prompt(const json::Value& body);
[[nodiscard]] std::variant<Generation, GeminiError> parse_generation(const json::Value& body,
                                                                     const GeminiModel& model);

}  // namespace patchbay::emulator
