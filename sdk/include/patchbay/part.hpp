// One part of the answer, streamed.
#pragma once

#include <patchbay/io.hpp>

#include <cstdint>
#include <string_view>

namespace patchbay::inline v1 {

// Announced with its first piece, provisional until close(). A part that is never closed is
// incomplete, and the host drops it with the session's failure.
class PartWriter {
 public:
  PartWriter(Io& io, PartShape shape) noexcept : io_(&io), part_{} {
    part_.index = io.next_part_index();
    part_.kind = shape.kind;
    part_.encoding = shape.encoding;
    part_.belongs_to = PATCHBAY_NO_PART;
    part_.flags = PATCHBAY_PART_FIRST;
  }

  [[nodiscard]] std::uint32_t index() const noexcept { return part_.index; }
  [[nodiscard]] std::uint32_t kind() const noexcept { return part_.kind; }

  void write(std::string_view piece, std::string_view mime_hint = {}) {
    part_.mime = to_str(mime_hint);
    part_.data = to_bytes(piece);
    io_->part(part_);
    part_.flags = 0;
  }
  // `disposition` and `mime` are the final word; `belongs_to` is for state parts.
  void close(std::uint32_t disposition = PATCHBAY_PART_FINAL,
             std::string_view mime = {},
             std::uint32_t belongs_to = PATCHBAY_NO_PART) {
    part_.flags |= PATCHBAY_PART_LAST;
    part_.disposition = disposition;
    part_.mime = to_str(mime);
    part_.belongs_to = belongs_to;
    part_.data = {};
    io_->end_part(part_);
  }

 private:
  Io* io_;
  patchbay_part part_;
};

}  // namespace patchbay::inline v1
