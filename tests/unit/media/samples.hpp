// Small whole image files, made by another encoder (Pillow), as base64.
#pragma once

#include "core/media/base64_decoder.hpp"
#include "core/media/image.hpp"

#include <array>
#include <cassert>
#include <cstdint>
#include <string_view>
#include <vector>

namespace patchbay::media {

struct Sample {
  std::string_view name;
  ImageFormat format;
  std::string_view text;  // 5 x 3 pixels
};

inline constexpr std::array samples = {
    Sample{"png",
           ImageFormat::Png,
           "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADCAIAAADUVFKvAAAAFElEQVR4nGP8dceIAQkwMaACdD4AXvgCDv6Gk0"
           "AAAAAASUVORK5CYII="},
    Sample{
        "progressive jpeg",
        ImageFormat::Jpeg,
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAKBueIx4ZKCMgoy0qqC+8P//8Nzc8P//////////////////////////"
        "////////////////////////////////2wBDAaq0tPDS8P///////////////////////////////////////////"
        "///////////////////////////////////wgARCAADAAUDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAA"
        "L/xAAVAQEBAAAAAAAAAAAAAAAAAAAAAv/aAAwDAQACEAMQAAABoS//xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACA"
        "EBAAEFAn//xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oACAEDAQE/AX//xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oACA"
        "ECAQE/AX//xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAY/An//xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACA"
        "EBAAE/IX//2gAMAwEAAgADAAAAEAf/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oACAEDAQE/EH//xAAUEQEAAAAAAA"
        "AAAAAAAAAAAAAA/9oACAECAQE/EH//xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAE/EH//2Q=="},
    Sample{"gif",
           ImageFormat::Gif,
           "R0lGODdhBQADAIEAAPrcMgAAAAAAAAAAACwAAAAABQADAAAICAABCBxIsGBAADs="},
    Sample{
        "animated gif",
        ImageFormat::Gif,
        "R0lGODlhBQADAIEAAPrcMgAAAAAAAAAAACH+AmhpACH5BAABAAAALAAAAAAFAAMAAAgIAAEIHEiwYEAAIfkEAAEA"
        "AAAsAAAAAAUAAwCBAQIDAAAAAAAAAAAACAgAAQgcSLBgQAA7"},
    Sample{"lossy webp",
           ImageFormat::Webp,
           "UklGRjAAAABXRUJQVlA4ICQAAABwAQCdASoFAAMADMDOJaACdAFAAAD+5Ij+IunvANRE3YGAAAA="},
    Sample{
        "lossless webp", ImageFormat::Webp, "UklGRh4AAABXRUJQVlA4TBEAAAAvBIAAAAdQ7upXpv+BiOh/AAA="},
    Sample{
        "extended webp",
        ImageFormat::Webp,
        "UklGRk4AAABXRUJQVlA4WAoAAAAIAAAABAAAAgAAVlA4ICQAAABwAQCdASoFAAMADMDOJaACdAFAAAD+5Ij+Iunv"
        "ANRE3YGAAABFWElGBAAAAGFiY2Q="},
};

[[nodiscard]] inline std::vector<std::uint8_t> bytes_of(std::string_view base64) {
  Base64Decoder decoder;
  std::vector<std::uint8_t> bytes(Base64Decoder::decoded_size_max(base64.size()) + 3);
  const Result<std::size_t> written = decoder.write(base64, bytes);
  assert(written.ok());
  const Result<std::size_t> last = decoder.finish(std::span(bytes).subspan(written.value()));
  assert(last.ok());
  bytes.resize(written.value() + last.value());
  return bytes;
}

}  // namespace patchbay::media
