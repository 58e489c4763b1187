#include "host/emulator/content.hpp"

#include "core/base/text.hpp"

#include <memory>
#include <utility>

namespace patchbay::emulator {
namespace {

constexpr std::size_t echo_size_max = 200;
constexpr std::string_view page = "<!DOCTYPE html><html><body>This is not an image.</body></html>";

// Whole groups of base64.
std::size_t half_of(const std::string& file) {
  return file.size() / 6 * 3;
}

}  // namespace

// Some of it outside ASCII, so that streams are cut within characters.
std::string chat_text(std::string_view prompt) {
  return "The emulator has read “" + shortened(printable(prompt), echo_size_max) +
         "” and answers: a banana is a berry, botanically speaking. 🍌 Voilà.";
}

Result<std::shared_ptr<const std::string>> picture_file(const media::PictureOptions& options,
                                                        const FaultSet& faults,
                                                        PictureStore& pictures) {
  if (faults.has(Fault::NotAnImage)) return std::make_shared<const std::string>(page);
  auto picture = PATCHBAY_TRY(pictures.picture(options));
  if (!faults.has(Fault::CutImage)) return picture;
  return std::make_shared<const std::string>(picture->substr(0, half_of(*picture)));
}

Result<Body> picture_base64(const media::PictureOptions& options,
                            const FaultSet& faults,
                            PictureStore& pictures) {
  auto file = PATCHBAY_TRY(picture_file(options, faults, pictures));
  Body body;
  if (faults.has(Fault::BadBase64)) {
    const std::size_t half = half_of(*file);
    body.add_base64(file, 0, half);
    body.add_text("*");
    body.add_base64(std::move(file), half);
  } else {
    body.add_base64(std::move(file));
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
