#include "host/emulator/content.hpp"

#include "core/base/text.hpp"

#include <memory>
#include <utility>

namespace patchbay::emulator {
namespace {

constexpr std::size_t echo_size_max = 200;
constexpr std::string_view page = "<!DOCTYPE html><html><body>This is not an image.</body></html>";

}  // namespace

// Some of it outside ASCII, so that streams are cut within characters.
std::string chat_text(std::string_view prompt) {
  return "The emulator has read “" + shortened(printable(prompt), echo_size_max) +
         "” and answers: a banana is a berry, botanically speaking. 🍌 Voilà.";
}

Result<Body> picture_base64(const media::PictureOptions& options,
                            const FaultSet& faults,
                            PictureStore& pictures) {
  Body body;
  if (faults.has(Fault::NotAnImage)) {
    body.add_base64(std::make_shared<const std::string>(page));
    return body;
  }
  auto picture = PATCHBAY_TRY(pictures.picture(options));
  const std::size_t half = picture->size() / 6 * 3;
  if (faults.has(Fault::CutImage)) {
    body.add_base64(std::move(picture), 0, half);
  } else if (faults.has(Fault::BadBase64)) {
    body.add_base64(picture, 0, half);
    body.add_text("*");
    body.add_base64(std::move(picture), half);
  } else {
    body.add_base64(std::move(picture));
  }
  return body;
}

std::size_t piece_end(std::string_view text, std::size_t index, std::size_t count) {
  std::size_t end = text.size() * (index + 1) / count;
  while (end < text.size() && (static_cast<std::uint8_t>(text[end]) & 0xC0U) == 0x80U) ++end;
  return end;
}

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325U;
  for (const char letter : text) {
    hash ^= static_cast<std::uint8_t>(letter);
    hash *= 0x100'0000'01B3U;
  }
  return hash;
}

}  // namespace patchbay::emulator
