#include "host/emulator/prompt.hpp"

#include "core/base/text.hpp"
#include "core/media/base64_decoder.hpp"
#include "core/media/image.hpp"

#include <vector>

namespace patchbay::emulator {
namespace {

constexpr std::size_t piece_size = std::size_t{48} << 10U;

std::variant<Pixels, ImageProblem> pixels_of(media::ImageScanner& scanner) {
  const Result<media::ImageSummary> summary = scanner.finish();
  if (!summary.ok()) return ImageProblem::NotAnImage;
  return Pixels{.width = summary.value().width, .height = summary.value().height};
}

}  // namespace

std::int64_t token_count_of(std::string_view text) {
  return static_cast<std::int64_t>((code_point_count(text) + 3) / 4);
}

void Prompt::add_text(std::string_view more) {
  if (!text.empty()) text += '\n';
  text += more;
  text_token_count += token_count_of(more);
}

void Prompt::add_image(const Pixels& pixels) {
  if (!first_image) first_image = pixels;
  ++image_count;
}

// Decoded in pieces, as a picture of 20 MB need not be in memory twice.
std::variant<Pixels, ImageProblem> measure_image(std::string_view base64) {
  media::Base64Decoder decoder;
  media::ImageScanner scanner;
  std::vector<std::uint8_t> bytes(media::Base64Decoder::decoded_size_max(piece_size));
  Result<std::size_t> written = std::size_t{0};
  while (!base64.empty() && written.ok()) {
    const std::string_view piece = base64.substr(0, piece_size);
    base64.remove_prefix(piece.size());
    written = decoder.write(piece, bytes);
    if (written.ok()) scanner.write({bytes.data(), written.value()});
  }
  if (written.ok()) {
    written = decoder.finish(bytes);
    if (written.ok()) scanner.write({bytes.data(), written.value()});
  }
  if (!written.ok()) return ImageProblem::NotBase64;
  return pixels_of(scanner);
}

std::variant<Pixels, ImageProblem> measure_image_file(std::string_view bytes) {
  media::ImageScanner scanner;
  scanner.write({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  return pixels_of(scanner);
}

}  // namespace patchbay::emulator
