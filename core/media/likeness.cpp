#include "core/media/likeness.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace patchbay::media {
namespace {

struct Signature {
  std::string_view begin;
  std::string_view words;
};

using namespace std::string_view_literals;

constexpr std::array binary_signatures = {
    Signature{.begin = "%PDF-", .words = "a PDF document"},
    Signature{.begin = "PK\x03\x04", .words = "a ZIP archive"},
    Signature{.begin = "\x1f\x8b", .words = "gzip-compressed bytes"},
    Signature{.begin = "II*\0"sv, .words = "a TIFF image, which is not supported"},
    Signature{.begin = "MM\0*"sv, .words = "a TIFF image, which is not supported"},
    Signature{.begin = "RIFF", .words = "a RIFF file that is not WebP"},
    Signature{.begin = "\x89PNG", .words = "a PNG image with a damaged beginning"},
    Signature{.begin = "\x7f"
                       "ELF",
              .words = "a program"},
};

// Compared in lower case, after white space.
constexpr std::array text_signatures = {
    Signature{.begin = "<!doctype html", .words = "HTML"},
    Signature{.begin = "<html", .words = "HTML"},
    Signature{.begin = "<head", .words = "HTML"},
    Signature{.begin = "<body", .words = "HTML"},
    Signature{.begin = "<svg", .words = "SVG, which is not supported"},
    Signature{.begin = "<!doctype svg", .words = "SVG, which is not supported"},
    Signature{.begin = "{", .words = "JSON"},
    Signature{.begin = "[", .words = "JSON"},
    Signature{.begin = "data:", .words = "a data: URL that was not decoded"},
    Signature{.begin = "ivborw0kggo", .words = "base64 that was not decoded"},
    Signature{.begin = "/9j/", .words = "base64 that was not decoded"},
};

bool is_text(std::string_view head) {
  const auto is_control = [](char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f') || byte == 0x7F;
  };
  return std::none_of(head.begin(), head.end(), is_control);
}

std::string_view likeness_of_text(std::string_view head) {
  if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
  const std::string text = lower_case(trimmed(head));
  if (text.empty()) return "white space only";
  for (const Signature& signature : text_signatures)
    if (text.starts_with(signature.begin)) return signature.words;
  const bool is_markup = text.starts_with("<?xml") || text.starts_with("<!--");
  if (is_markup && text.find("<svg") != std::string::npos) return "SVG, which is not supported";
  if (is_markup && text.find("<html") != std::string::npos) return "HTML";
  return text.starts_with("<?xml") ? "XML" : "text";
}

}  // namespace

std::string_view likeness(std::span<const std::uint8_t> head) {
  if (head.empty()) return "nothing at all";
  const std::string_view bytes(reinterpret_cast<const char*>(head.data()), head.size());
  for (const Signature& signature : binary_signatures)
    if (bytes.starts_with(signature.begin)) return signature.words;
  if (bytes.size() >= 12 && bytes.substr(4, 4) == "ftyp") {
    const std::string_view brand = bytes.substr(8, 4);
    if (brand == "avif" || brand == "avis") return "an AVIF image, which is not supported";
    if (brand.starts_with("hei") || brand == "mif1") return "a HEIC image, which is not supported";
    return "a video";
  }
  if (bytes.starts_with("BM") && !is_text(bytes)) return "a BMP image, which is not supported";
  return is_text(bytes) ? likeness_of_text(bytes) : "bytes of no format known here";
}

}  // namespace patchbay::media
