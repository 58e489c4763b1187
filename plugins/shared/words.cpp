#include "plugins/shared/words.hpp"

#include <algorithm>
#include <cctype>

namespace shared {

bool contains_words(std::string_view text, std::string_view words) {
  const auto same = [](char one, char other) {
    return std::tolower(static_cast<unsigned char>(one)) ==
           std::tolower(static_cast<unsigned char>(other));
  };
  return std::search(text.begin(), text.end(), words.begin(), words.end(), same) != text.end();
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool plain =
        letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    const auto byte = static_cast<unsigned char>(c);
    plain ? void(out.push_back(c)) : void(out.append({'%', hex[byte >> 4U], hex[byte & 15U]}));
  }
  return out;
}

std::string_view model_without_vendor(std::string_view model) {
  const std::size_t slash = model.rfind('/');
  return slash == std::string_view::npos ? model : model.substr(slash + 1);
}

}  // namespace shared
