// Writing text into JSON.
#pragma once

#include <patchbay/json/scan.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace patchbay::inline v1 {

// Appends the inside of a JSON string that means `text`, which must be UTF-8.
inline void append_json_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  while (!text.empty()) {
    const std::size_t plain = plain_json_prefix(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    const char c = text.front();
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.append({'\\', c});
    } else if (byte >= 0x20) {
      out.push_back(c);
    } else {
      out.append("\\u00").append({hex[byte >> 4U], hex[byte & 15U]});
    }
    text.remove_prefix(1);
  }
}

}  // namespace patchbay::inline v1
