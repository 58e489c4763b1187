// A body that is produced while it is sent, piece by piece.
#pragma once

#include "core/json/value.hpp"

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace patchbay::emulator {

class Body {
 public:
  static constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();

  void add_text(std::string text);
  // The base64 of the bytes from `begin` on, at most `size` of them. Shared: the same picture may
  // be on its way in many answers at once.
  void add_base64(std::shared_ptr<const std::string> bytes,
                  std::size_t begin = 0,
                  std::size_t size = everything);
  // Characters that look like base64 and mean nothing.
  void add_filler(std::uint64_t size, std::uint64_t seed);
  void add(Body other);
  // The document, with each string slot_mark(i) replaced by slots[i].
  void add_json(const json::Value& value, json::Layout layout, std::span<const Body> slots);
  [[nodiscard]] static std::string slot_mark(std::size_t index);

  // Cuts off whatever comes after the first `size` characters.
  void truncate(std::uint64_t size);
  // Every '/' from now on comes as "\/"; size() does not count that.
  void escape_slashes() { escapes_slashes_ = true; }

  // Of what is left.
  [[nodiscard]] std::uint64_t size() const;
  // Takes the next characters, at most `size_max`, but a group of base64 whole, and up to twice
  // that where slashes are escaped. Empty at the end only.
  [[nodiscard]] std::string next(std::size_t size_max);

 private:
  struct Base64Piece {
    std::shared_ptr<const std::string> bytes;
    std::size_t at = 0;
    std::size_t end = 0;
  };
  struct Filler {
    std::uint64_t size = 0;
    std::uint64_t seed = 0;
  };
  struct Text {
    std::string text;
    std::size_t at = 0;
  };
  using Piece = std::variant<Text, Base64Piece, Filler>;

  [[nodiscard]] static std::string take(Text& piece, std::size_t size_max);
  [[nodiscard]] static std::string take(Base64Piece& piece, std::size_t size_max);
  [[nodiscard]] static std::string take(Filler& filler, std::size_t size_max);
  [[nodiscard]] static std::uint64_t size_of(const Piece& piece);

  std::deque<Piece> pieces_;
  bool escapes_slashes_ = false;
};

}  // namespace patchbay::emulator
