// Small things done to text.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace shared {

// Whether `text` has `words` in it, in any case of letters.
[[nodiscard]] bool contains_words(std::string_view text, std::string_view words);

// Each item of "one,two", without spaces around it.
template <class Take>
void for_each_item(std::string_view list, Take take) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view item = list.substr(0, comma);
    item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
    item = item.substr(0, item.find_last_not_of(' ') + 1);
    if (!item.empty()) take(item);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

// Everything but letters, digits and "-._~" as %XX.
[[nodiscard]] std::string percent_encoded(std::string_view text);

// The id of a model without the vendor in front of it: "gpt-image-1" of "azure/openai/gpt-image-1".
[[nodiscard]] std::string_view model_without_vendor(std::string_view model);

}  // namespace shared
