// What a request says and shows, in whichever way its provider has it written.
#pragma once

#include "host/emulator/image_shape.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace patchbay::emulator {

// The parts of a conversation.
struct Prompt {
  std::string text;  // all text parts, a line each
  std::int64_t text_token_count = 0;
  std::int64_t image_count = 0;
  std::optional<Pixels> first_image;

  void add_text(std::string_view more);
  void add_image(const Pixels& pixels);
};

// About four characters to a token, as with most models.
[[nodiscard]] std::int64_t token_count_of(std::string_view text);

enum class ImageProblem : std::uint8_t { NotBase64, NotAnImage };
// The pixels of an image that came as base64.
[[nodiscard]] std::variant<Pixels, ImageProblem> measure_image(std::string_view base64);
// Of an image that came as it is.
[[nodiscard]] std::variant<Pixels, ImageProblem> measure_image_file(std::string_view bytes);

}  // namespace patchbay::emulator
