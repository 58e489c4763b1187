// Request bodies in segments: literal bytes, and inputs of the caller encoded as they are sent.
#pragma once

#include "core/net/http_client.hpp"
#include "host/request.hpp"
#include <patchbay/plugin.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

inline constexpr std::uint64_t body_size_max = std::uint64_t{256} << 20U;  // bytes, as sent

// What became of a body, for the exchange that it belongs to: the client owns the body itself.
struct BodyProgress {
  std::uint64_t bytes_sent = 0;  // handed to the connection; counts again after rewind()
  std::optional<Error> error;    // an input could not be read
};

// Holds a fixed amount of memory beside the literal bytes, whatever the inputs' size.
class SegmentedBody final : public net::BodySource {
 public:
  using Blobs = std::vector<std::shared_ptr<const Blob>>;

  // Errors: Plugin for an unknown segment or a blob that is not there, BadInput where the whole is
  // too large or an input cannot be read.
  [[nodiscard]] static Result<std::unique_ptr<SegmentedBody>> create(
      std::span<const patchbay_segment> segments,
      const Blobs& blobs,
      std::shared_ptr<BodyProgress> progress);

  // Everything that the adapter wrote itself, in order.
  [[nodiscard]] std::string_view literal() const { return literal_; }

  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] Result<std::size_t> read(std::span<char> out) override;
  [[nodiscard]] Status rewind() override;

 private:
  static constexpr std::size_t encoded_size_max = std::size_t{16} << 10U;

  struct Segment {
    std::uint32_t kind = PATCHBAY_SEG_BYTES;
    std::size_t start = 0;  // PATCHBAY_SEG_BYTES: in literal_
    std::size_t size = 0;   // likewise
    std::shared_ptr<const Blob> blob;
  };

  explicit SegmentedBody(std::shared_ptr<BodyProgress> progress) : progress_(std::move(progress)) {}
  [[nodiscard]] Status add(const patchbay_segment& segment, const Blobs& blobs);
  [[nodiscard]] Status refill();
  [[nodiscard]] Status refill_from(const Segment& segment);
  void next_segment();

  std::shared_ptr<BodyProgress> progress_;  // shared with the exchange
  std::string literal_;
  std::vector<Segment> segments_;
  std::uint64_t size_ = 0;
  // Where reading stands.
  std::size_t segment_ = 0;
  std::uint64_t offset_ = 0;  // of the blob: bytes taken from it
  std::string_view ready_;    // encoded and not handed out yet
  std::array<std::uint8_t, encoded_size_max> raw_;
  std::array<char, encoded_size_max> encoded_;
};

}  // namespace patchbay::host
