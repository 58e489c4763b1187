#include "host/worker/wire.hpp"

#include <cstring>
#include <functional>
#include <utility>

namespace patchbay::host::wire {
namespace {

// Where the bytes of a text are.
enum class Place : std::uint32_t { Here = 0, Lent = 1, Nowhere = 2 };

bool is_within(Lent lent, std::string_view value) {
  const std::less_equal<> not_after;
  return value.size() >= lent_size_min && lent.size() >= value.size() &&
         not_after(lent.data(), value.data()) &&
         not_after(value.data() + value.size(), lent.data() + lent.size());
}

}  // namespace

Writer::Writer(Kind kind, Lent lent) : lent_(lent) {
  const Head head{0, static_cast<std::uint32_t>(kind)};
  append(&head, sizeof(head));
}

void Writer::append(const void* bytes, std::size_t size) {
  frame_.append(static_cast<const char*>(bytes), size);
}

Writer& Writer::number(std::uint32_t value) {
  append(&value, sizeof(value));
  return *this;
}

Writer& Writer::number(std::uint64_t value) {
  append(&value, sizeof(value));
  return *this;
}

Writer& Writer::text(std::string_view value) {
  number(std::uint64_t{value.size()});
  if (is_within(lent_, value)) {
    number(static_cast<std::uint32_t>(Place::Lent));
    return number(static_cast<std::uint64_t>(value.data() - lent_.data()));
  }
  number(static_cast<std::uint32_t>(Place::Here));
  append(value.data(), value.size());
  return *this;
}

Writer& Writer::text(const patchbay_str& value) {
  if (value.ptr != nullptr || value.len == 0)
    return text(std::string_view(value.ptr, static_cast<std::size_t>(value.len)));
  number(value.len);
  return number(static_cast<std::uint32_t>(Place::Nowhere));
}

Writer& Writer::text(const patchbay_bytes& value) {
  return text(patchbay_str{reinterpret_cast<const char*>(value.ptr), value.len});
}

std::string Writer::take() {
  const auto size = static_cast<std::uint32_t>(frame_.size() - sizeof(Head));
  std::memcpy(frame_.data() + offsetof(Head, size), &size, sizeof(size));
  return std::move(frame_);
}

std::string_view Reader::cut(std::uint64_t size) noexcept {
  if (!ok_ || size > rest_.size()) {
    ok_ = false;
    return {};
  }
  const std::string_view piece = rest_.substr(0, static_cast<std::size_t>(size));
  rest_.remove_prefix(piece.size());
  return piece;
}

std::uint32_t Reader::number32() noexcept {
  std::uint32_t value = 0;
  const std::string_view piece = cut(sizeof(value));
  if (ok_) std::memcpy(&value, piece.begin(), sizeof(value));
  return value;
}

std::uint64_t Reader::number64() noexcept {
  std::uint64_t value = 0;
  const std::string_view piece = cut(sizeof(value));
  if (ok_) std::memcpy(&value, piece.begin(), sizeof(value));
  return value;
}

patchbay_str Reader::text() noexcept {
  const std::uint64_t size = number64();
  const auto place = static_cast<Place>(number32());
  if (ok_ && place == Place::Nowhere) return {nullptr, size};
  std::string_view found;
  if (place == Place::Lent) {
    const std::uint64_t at = number64();
    ok_ = ok_ && at <= lent_.size() && size <= lent_.size() - at;
    if (ok_) found = lent_.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(size));
  } else {
    ok_ = ok_ && place == Place::Here;
    found = cut(size);
  }
  return {found.data(), found.size()};
}

patchbay_bytes Reader::bytes() noexcept {
  const patchbay_str found = text();
  return {reinterpret_cast<const std::uint8_t*>(found.ptr), found.len};
}

std::string_view Reader::view() noexcept {
  const patchbay_str found = text();
  ok_ = ok_ && (found.ptr != nullptr || found.len == 0);
  return ok_ ? std::string_view(found.ptr, static_cast<std::size_t>(found.len))
             : std::string_view();
}

std::size_t Reader::count(std::size_t size) noexcept {
  const std::uint64_t claimed = number64();
  ok_ = ok_ && claimed <= count_max && claimed <= rest_.size() / size;
  return ok_ ? static_cast<std::size_t>(claimed) : 0;
}

}  // namespace patchbay::host::wire
