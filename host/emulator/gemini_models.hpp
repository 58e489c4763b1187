// The models that the emulated Gemini API has, and what each can do.
#pragma once

#include "core/json/value.hpp"
#include "host/emulator/image_shape.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace patchbay::emulator {

struct GeminiModel {
  enum class Kind : std::uint8_t { Text, Image, Embedding };

  std::string_view id;
  std::string_view display_name;
  Kind kind;
  std::int64_t input_limit;
  std::int64_t output_limit;
  bool thinks;
  const ImageModel* image;  // null where the kind is another
};

[[nodiscard]] std::span<const GeminiModel> gemini_models();
// By the bare id; null where there is none.
[[nodiscard]] const GeminiModel* find_gemini_model(std::string_view id);
// An item of the list.
[[nodiscard]] json::Value describe_gemini_model(const GeminiModel& model);

}  // namespace patchbay::emulator
