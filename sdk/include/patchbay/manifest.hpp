// Checks at compile time that a manifest describes as many adapters as the plugin has.
#pragma once

#include <cstddef>
#include <string_view>

namespace patchbay {
inline namespace v1 {

// An object describes one, an array one for each of its objects; 0 for anything else. No check of
// the JSON beyond its brackets and strings.
[[nodiscard]] constexpr std::size_t count_described_adapters(std::string_view manifest) noexcept {
  std::size_t depth = 0;
  std::size_t objects = 0;
  bool quoted = false;
  const std::size_t first = manifest.find_first_not_of(" \t\r\n");
  if (first == manifest.npos) return 0;
  const std::size_t described_depth = manifest[first] == '[' ? 1 : 0;
  for (std::size_t i = first; i < manifest.size(); ++i) {
    const char c = manifest[i];
    if (quoted && c == '\\') ++i;
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '{' && depth == described_depth) ++objects;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && depth-- == 0) return 0;
  }
  return depth == 0 && !quoted ? objects : 0;
}

}  // namespace v1
}  // namespace patchbay
