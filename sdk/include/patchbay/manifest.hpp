// Checks at compile time that a manifest describes as many adapters as the plugin has.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

namespace patchbay::inline v1 {

// What is read of a manifest's JSON at compile time: its brackets and strings, nothing else.
class BracketCount {
 public:
  constexpr explicit BracketCount(std::size_t described_depth) noexcept
      : described_depth_(described_depth) {}

  // False where a bracket closes that was never opened.
  [[nodiscard]] constexpr bool accept(char c) noexcept {
    if (std::exchange(escaped_, false)) return true;
    escaped_ = quoted_ && c == '\\';
    if (c == '"') quoted_ = !quoted_;
    if (quoted_) return true;
    if (c == '{' && depth_ == described_depth_) ++objects_;
    if (c == '{' || c == '[') ++depth_;
    return (c != '}' && c != ']') || depth_-- != 0;
  }
  [[nodiscard]] constexpr std::size_t objects() const noexcept {
    return depth_ == 0 && !quoted_ ? objects_ : 0;
  }

 private:
  std::size_t described_depth_;
  std::size_t depth_ = 0;
  std::size_t objects_ = 0;
  bool quoted_ = false;
  bool escaped_ = false;
};

// An object describes one, an array one for each of its objects; 0 for anything else.
[[nodiscard]] constexpr std::size_t count_described_adapters(std::string_view manifest) noexcept {
  const std::size_t first = manifest.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return 0;
  BracketCount brackets(manifest[first] == '[' ? 1 : 0);
  for (const char c : manifest.substr(first))
    if (!brackets.accept(c)) return 0;
  return brackets.objects();
}

}  // namespace patchbay::inline v1
