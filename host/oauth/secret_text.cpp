#include "host/oauth/secret_text.hpp"

#include <algorithm>
#include <cstring>

namespace patchbay::host {

Result<SecretText> SecretText::create(std::size_t size_max) {
  return SecretText(PATCHBAY_TRY(SecretBytes::allocate(size_max)));
}

void SecretText::append(std::string_view piece) {
  const std::size_t room = bytes_.size() - size_;
  is_full_ = is_full_ || piece.size() > room;
  const std::size_t size = std::min(piece.size(), room);
  if (size == 0) return;
  std::memcpy(bytes_.expose().data() + size_, piece.data(), size);
  size_ += size;
}

void SecretText::append_encoded(std::string_view piece) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  for (const char c : piece) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool plain = letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    const auto byte = static_cast<unsigned char>(c);
    const char coded[] = {'%', hex[byte >> 4U], hex[byte & 15U]};
    append(plain ? std::string_view(&c, 1) : std::string_view(coded, sizeof coded));
  }
}

void SecretText::append_quoted(std::string_view piece) {
  append("\"");
  for (const char& c : piece) {
    if (c == '"' || c == '\\') append("\\");
    append({&c, 1});
  }
  append("\"");
}

SecretBytes SecretText::take() {
  bytes_.shrink(size_);
  size_ = 0;
  return std::move(bytes_);
}

Result<std::size_t> SecretBody::read(std::span<char> out) {
  const std::size_t size = std::min(out.size(), bytes_.size() - at_);
  if (size != 0) std::memcpy(out.data(), bytes_.expose().data() + at_, size);
  at_ += size;
  return size;
}

}  // namespace patchbay::host
