// The URL of an image in an answer: most hold the image itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace shared {

// Takes one URL in pieces. "data:image/png;base64,…" gives its type and its data; what is neither
// that nor an address is taken for base64 without a beginning, as some servers send it. Holds the
// beginning alone; the data passes through uncopied.
class ImageUrl {
 public:
  enum class Kind : std::uint8_t { Undecided, Inline, Remote, Unusable };
  using DataFunction = std::function<void(std::string_view base64)>;

  explicit ImageUrl(DataFunction take) : take_(std::move(take)) {}

  void write(std::string_view piece);
  // The URL is whole. Ready for another one after reset().
  void finish();
  void reset();

  [[nodiscard]] Kind kind() const { return kind_; }
  // The type that an inline one states; empty where it does not.
  [[nodiscard]] const std::string& mime() const { return mime_; }
  // Of a remote one.
  [[nodiscard]] const std::string& address() const { return head_; }

  static constexpr std::size_t prefix_size_max = 256;    // characters of "data:…;base64,"
  static constexpr std::size_t address_size_max = 8192;  // longer ones are unusable

 private:
  void decide();
  void decide_inline(std::string_view begin);

  DataFunction take_;
  Kind kind_ = Kind::Undecided;
  std::string head_;
  std::string mime_;
};

}  // namespace shared
