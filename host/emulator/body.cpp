#include "host/emulator/body.hpp"

#include "core/media/base64_encoder.hpp"
#include "core/media/random.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace patchbay::emulator {
namespace {

constexpr std::string_view mark_begin = "patchbay-emulator-slot-";
constexpr char mark_end = ';';

std::string with_slashes_escaped(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size() + text.size() / 16);
  for (const char character : text) {
    if (character == '/') escaped += '\\';
    escaped += character;
  }
  return escaped;
}

}  // namespace

std::string Body::slot_mark(std::size_t index) {
  return std::string(mark_begin) + std::to_string(index) + mark_end;
}

void Body::add_text(std::string text) {
  if (!text.empty()) pieces_.emplace_back(Text{.text = std::move(text), .at = 0});
}

void Body::add_base64(std::shared_ptr<const std::string> bytes,
                      std::size_t begin,
                      std::size_t size) {
  const std::size_t end = begin + std::min(size, bytes->size() - begin);
  if (begin < end)
    pieces_.emplace_back(Base64Piece{.bytes = std::move(bytes), .at = begin, .end = end});
}

void Body::add_filler(std::uint64_t size, std::uint64_t seed) {
  if (size > 0) pieces_.emplace_back(Filler{.size = size, .seed = seed});
}

void Body::add(Body other) {
  for (Piece& piece : other.pieces_) pieces_.push_back(std::move(piece));
}

void Body::add_json(const json::Value& value, json::Layout layout, std::span<const Body> slots) {
  const std::string text = json::write(value, layout);
  std::size_t written = 0;
  std::size_t mark = text.find(mark_begin);
  while (mark != std::string::npos) {
    std::size_t index = slots.size();
    const char* const digits = text.data() + mark + mark_begin.size();
    const auto [end, error] = std::from_chars(digits, text.data() + text.size(), index);
    const auto after = static_cast<std::size_t>(end - text.data());
    const bool is_mark = error == std::errc() && index < slots.size() && text[after] == mark_end;
    if (is_mark) {
      add_text(text.substr(written, mark - written));
      add(slots[index]);
      written = after + 1;
    }
    mark = text.find(mark_begin, std::max(after, mark + 1));
  }
  add_text(text.substr(written));
}

std::uint64_t Body::size_of(const Piece& piece) {
  if (const auto* text = std::get_if<Text>(&piece)) return text->text.size() - text->at;
  if (const auto* filler = std::get_if<Filler>(&piece)) return filler->size;
  const auto& picture = std::get<Base64Piece>(piece);
  return media::base64_size(picture.end - picture.at);
}

std::uint64_t Body::size() const {
  std::uint64_t size = 0;
  for (const Piece& piece : pieces_) size += size_of(piece);
  return size;
}

void Body::truncate(std::uint64_t size) {
  std::deque<Piece> all = std::exchange(pieces_, {});
  while (!all.empty() && size >= size_of(all.front())) {
    size -= size_of(all.front());
    pieces_.push_back(std::move(all.front()));
    all.pop_front();
  }
  Body rest;
  rest.pieces_ = std::move(all);
  // Taken out as text, up to a group of base64 more than is wanted.
  while (size > 0) {
    std::string text =
        rest.next(static_cast<std::size_t>(std::min<std::uint64_t>(size, 1U << 16U)));
    if (text.size() > size) text.resize(static_cast<std::size_t>(size));
    size -= text.size();
    add_text(std::move(text));
  }
}

std::string Body::take(Text& piece, std::size_t size_max) {
  std::string taken = piece.text.substr(piece.at, size_max);
  piece.at += taken.size();
  return taken;
}

std::string Body::take(Base64Piece& piece, std::size_t size_max) {
  const std::size_t count =
      std::min(piece.end - piece.at, std::max<std::size_t>(size_max / 4 * 3, 3));
  std::string text(media::base64_size(count), '\0');
  const auto* from = reinterpret_cast<const std::uint8_t*>(piece.bytes->data()) + piece.at;
  media::base64_encode({from, count}, text);
  piece.at += count;
  return text;
}

std::string Body::take(Filler& filler, std::size_t size_max) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr unsigned letters_per_number = 10;
  media::Random random(filler.seed);
  std::string text(static_cast<std::size_t>(std::min<std::uint64_t>(filler.size, size_max)), '\0');
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bits = i % letters_per_number == 0 ? random.next() : bits >> 6U;
    text[i] = letters[bits & 0x3FU];
  }
  filler.size -= text.size();
  filler.seed = random.next();
  return text;
}

std::string Body::next(std::size_t size_max) {
  if (pieces_.empty()) return {};
  std::string text =
      std::visit([&](auto& piece) { return take(piece, size_max); }, pieces_.front());
  if (size_of(pieces_.front()) == 0) pieces_.pop_front();
  return escapes_slashes_ ? with_slashes_escaped(text) : text;
}

}  // namespace patchbay::emulator
