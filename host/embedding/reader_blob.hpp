// Inputs that an application reads itself.
#pragma once

#include "host/request.hpp"
#include <patchbay/host.h>

#include <cstdint>
#include <memory>
#include <span>

namespace patchbay::embedding {

// Calls the application's `release` once, when it goes: after the last reading.
class ReaderBlob final : public host::Blob {
 public:
  // An image is read through once, for its format and size. Errors: BadInput, where it is no whole
  // image, too large, or cannot be read.
  [[nodiscard]] static Result<std::shared_ptr<const host::Blob>> open(
      const patchbay_run_input& input);
  explicit ReaderBlob(const patchbay_run_input& input) : input_(input) {}
  ReaderBlob(const ReaderBlob&) = delete;
  ReaderBlob& operator=(const ReaderBlob&) = delete;
  ~ReaderBlob() override;

  [[nodiscard]] std::uint64_t size() const override { return input_.size; }
  [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset,
                                            std::span<std::uint8_t> out) const override;

 private:
  [[nodiscard]] Status look_at_image();

  patchbay_run_input input_;
};

}  // namespace patchbay::embedding
