// A request body: literal bytes, and references to the caller's blobs, which the host streams.
#pragma once

#include <patchbay/json/escape.hpp>
#include <patchbay/scalars.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::inline v1 {

class Body {
 public:
  Body& raw(std::string_view bytes) {
    grow(bytes.size());
    bytes_.append(bytes);
    return *this;
  }
  // A JSON string, quotes included.
  Body& json_string(std::string_view text) {
    const std::size_t before = bytes_.size();
    bytes_.push_back('"');
    append_json_escaped(bytes_, text);
    bytes_.push_back('"');
    grow(bytes_.size() - before);
    return *this;
  }
  Body& blob_raw(std::uint32_t index) { return reference(PATCHBAY_SEG_BLOB_RAW, index); }
  Body& blob_base64(std::uint32_t index) { return reference(PATCHBAY_SEG_BLOB_BASE64, index); }
  // As the inside of a JSON string.
  Body& blob_json(std::uint32_t index) { return reference(PATCHBAY_SEG_BLOB_JSON, index); }

  [[nodiscard]] bool empty() const noexcept { return segments_.empty(); }
  // Valid until this body changes or moves.
  [[nodiscard]] std::vector<patchbay_segment> segments() const {
    std::vector<patchbay_segment> out;
    out.reserve(segments_.size());
    std::size_t begin = 0;
    for (const Segment& segment : segments_) {
      const std::string_view bytes = std::string_view(bytes_).substr(begin, segment.size);
      out.push_back({segment.kind, segment.blob, to_bytes(bytes)});
      begin += segment.size;
    }
    return out;
  }

 private:
  struct Segment {
    std::uint32_t kind;
    std::uint32_t blob;
    std::size_t size;  // of the literal bytes
  };
  void grow(std::size_t size) {
    if (segments_.empty() || segments_.back().kind != PATCHBAY_SEG_BYTES)
      segments_.push_back({PATCHBAY_SEG_BYTES, 0, 0});
    segments_.back().size += size;
  }
  Body& reference(std::uint32_t kind, std::uint32_t index) {
    segments_.push_back({kind, index, 0});
    return *this;
  }

  std::string bytes_;
  std::vector<Segment> segments_;
};

}  // namespace patchbay::inline v1
