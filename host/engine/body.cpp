#include "host/engine/body.hpp"

#include "core/media/base64_encoder.hpp"
#include "host/engine/abi_text.hpp"
#include "host/engine/contract.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::size_t escape_size_max = 6;  // \u001f

Error changed_input() {
  return Error{ErrorCode::BadInput, "an input file became shorter while it was sent", {}, {}};
}

// Fills `out` from `offset` on, or less where the blob ends.
Result<std::size_t> read_fully(const Blob& blob,
                               std::uint64_t offset,
                               std::span<std::uint8_t> out) {
  std::size_t size = 0;
  while (size < out.size()) {
    const std::size_t count = PATCHBAY_TRY(blob.read_at(offset + size, out.subspan(size)));
    if (count == 0) break;
    size += count;
  }
  return size;
}

// Writes one byte of UTF-8 as the inside of a JSON string; the count of characters.
std::size_t escape(std::uint8_t byte, char* out) {
  constexpr std::string_view hex = "0123456789abcdef";
  constexpr std::string_view short_forms = "\bb\ff\nn\rr\tt\"\"\\\\";
  for (std::size_t i = 0; i < short_forms.size(); i += 2) {
    if (byte != static_cast<std::uint8_t>(short_forms[i])) continue;
    out[0] = '\\';
    out[1] = short_forms[i + 1];
    return 2;
  }
  if (byte >= 0x20) {
    out[0] = static_cast<char>(byte);
    return 1;
  }
  const std::string_view start = "\\u00";
  std::copy(start.begin(), start.end(), out);
  out[4] = hex[byte >> 4U];
  out[5] = hex[byte & 0xFU];
  return escape_size_max;
}

Result<std::uint64_t> escaped_size(const Blob& blob, std::span<std::uint8_t> buffer) {
  std::uint64_t size = 0;
  std::array<char, escape_size_max> ignored{};
  for (std::uint64_t offset = 0; offset < blob.size();) {
    const std::size_t wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), blob.size() - offset));
    const std::size_t count = PATCHBAY_TRY(read_fully(blob, offset, buffer.first(wanted)));
    if (count < wanted) return changed_input();
    for (const std::uint8_t byte : buffer.first(count)) size += escape(byte, ignored.data());
    offset += count;
  }
  return size;
}

// How many bytes of a blob are taken at once: as many as certainly fit when they are encoded.
std::size_t step_of(std::uint32_t kind, std::size_t encoded_size) {
  if (kind == PATCHBAY_SEG_BLOB_BASE64) return encoded_size / 4 * 3;
  if (kind == PATCHBAY_SEG_BLOB_JSON) return encoded_size / escape_size_max;
  return encoded_size;
}

}  // namespace

Result<std::unique_ptr<SegmentedBody>> SegmentedBody::create(
    std::span<const patchbay_segment> segments,
    const Blobs& blobs,
    std::shared_ptr<BodyProgress> progress) {
  std::unique_ptr<SegmentedBody> body(new SegmentedBody(std::move(progress)));
  for (const patchbay_segment& segment : segments) PATCHBAY_TRY(body->add(segment, blobs));
  if (body->size_ > body_size_max)
    return Error{ErrorCode::BadInput,
                 "the request would have " + std::to_string(body->size_) + " bytes",
                 "give fewer or smaller input images",
                 {}};
  return body;
}

Status SegmentedBody::add(const patchbay_segment& segment, const Blobs& blobs) {
  Segment added;
  added.kind = segment.kind;
  if (segment.kind == PATCHBAY_SEG_BYTES) {
    added.start = literal_.size();
    added.size = static_cast<std::size_t>(segment.bytes.len);
    literal_ += view_of(segment.bytes);
    size_ += added.size;
    segments_.push_back(std::move(added));
    return {};
  }
  if (segment.kind > PATCHBAY_SEG_BLOB_JSON)
    return contract_error("an unknown segment, number " + std::to_string(segment.kind));
  if (segment.blob_index >= blobs.size())
    return contract_error("a segment names input " + std::to_string(segment.blob_index) + " of " +
                          std::to_string(blobs.size()));
  added.blob = blobs[segment.blob_index];
  const std::uint64_t size = added.blob->size();
  if (size > body_size_max) return Error{ErrorCode::BadInput, "an input is too large", {}, {}};
  if (segment.kind == PATCHBAY_SEG_BLOB_RAW) size_ += size;
  if (segment.kind == PATCHBAY_SEG_BLOB_BASE64)
    size_ += media::base64_size(static_cast<std::size_t>(size));
  if (segment.kind == PATCHBAY_SEG_BLOB_JSON)
    size_ += PATCHBAY_TRY(escaped_size(*added.blob, raw_));
  segments_.push_back(std::move(added));
  return {};
}

Result<std::size_t> SegmentedBody::read(std::span<char> out) {
  std::size_t size = 0;
  while (size < out.size()) {
    if (ready_.empty()) {
      const Status refilled = refill();
      if (!refilled.ok()) {
        progress_->error = refilled.error();
        return refilled.error();
      }
      if (ready_.empty()) break;
    }
    const std::size_t count = std::min(ready_.size(), out.size() - size);
    std::copy_n(ready_.begin(), count, out.begin() + static_cast<std::ptrdiff_t>(size));
    ready_.remove_prefix(count);
    size += count;
  }
  progress_->bytes_sent += size;
  return size;
}

Status SegmentedBody::refill() {
  while (ready_.empty() && segment_ < segments_.size()) {
    const Segment& segment = segments_[segment_];
    if (segment.kind == PATCHBAY_SEG_BYTES) {
      ready_ = std::string_view(literal_).substr(segment.start, segment.size);
      next_segment();
    } else if (offset_ == segment.blob->size()) {
      next_segment();
    } else {
      PATCHBAY_TRY(refill_from(segment));
    }
  }
  return {};
}

void SegmentedBody::next_segment() {
  ++segment_;
  offset_ = 0;
}

Status SegmentedBody::refill_from(const Segment& segment) {
  const std::uint64_t left = segment.blob->size() - offset_;
  const std::size_t wanted = static_cast<std::size_t>(
      std::min<std::uint64_t>(step_of(segment.kind, encoded_.size()), left));
  const std::span<std::uint8_t> raw = std::span(raw_).first(wanted);
  if (PATCHBAY_TRY(read_fully(*segment.blob, offset_, raw)) < wanted) return changed_input();
  offset_ += wanted;
  std::size_t size = 0;
  switch (segment.kind) {
    case PATCHBAY_SEG_BLOB_BASE64:
      size = media::base64_size(raw.size());
      media::base64_encode(raw, std::span(encoded_).first(size));
      break;
    case PATCHBAY_SEG_BLOB_JSON:
      for (const std::uint8_t byte : raw) size += escape(byte, encoded_.data() + size);
      break;
    default:
      size = raw.size();
      std::copy(raw.begin(), raw.end(), reinterpret_cast<std::uint8_t*>(encoded_.data()));
      break;
  }
  ready_ = std::string_view(encoded_.data(), size);
  return {};
}

Status SegmentedBody::rewind() {
  segment_ = 0;
  offset_ = 0;
  ready_ = {};
  return {};
}

}  // namespace patchbay::host
