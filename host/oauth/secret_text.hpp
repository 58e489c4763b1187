// Text that must not leak, put together from pieces in guarded memory.
#pragma once

#include "core/base/secret.hpp"
#include "core/net/http_client.hpp"

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

namespace patchbay::host {

// Grows up to its limit; what is more is dropped, and is_full() says so.
class SecretText {
 public:
  [[nodiscard]] static Result<SecretText> create(std::size_t size_max);

  void append(std::string_view piece);
  // As application/x-www-form-urlencoded has it.
  void append_encoded(std::string_view piece);
  // As a JSON string, of visible ASCII alone.
  void append_quoted(std::string_view piece);

  [[nodiscard]] bool is_full() const { return is_full_; }
  [[nodiscard]] std::string_view view() const { return bytes_.expose_text().substr(0, size_); }
  [[nodiscard]] Result<SecretBytes> copy() const { return SecretBytes::copy_of(view()); }
  // Gives up what was not used.
  [[nodiscard]] SecretBytes take();

 private:
  explicit SecretText(SecretBytes bytes) : bytes_(std::move(bytes)) {}

  SecretBytes bytes_;
  std::size_t size_ = 0;
  bool is_full_ = false;
};

// A request's body in guarded memory.
class SecretBody final : public net::BodySource {
 public:
  explicit SecretBody(SecretBytes bytes) : bytes_(std::move(bytes)) {}

  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  [[nodiscard]] Result<std::size_t> read(std::span<char> out) override;
  [[nodiscard]] Status rewind() override {
    at_ = 0;
    return {};
  }

 private:
  SecretBytes bytes_;
  std::size_t at_ = 0;
};

}  // namespace patchbay::host
