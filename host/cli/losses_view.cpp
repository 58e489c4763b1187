#include "host/cli/losses_view.hpp"

#include <cstdint>
#include <string_view>

namespace patchbay::cli {

json::Value document_of(const host::Losses& losses) {
  json::Value document;
  document.set("billed", static_cast<std::int64_t>(losses.billed));
  document.set("maybe_billed", static_cast<std::int64_t>(losses.maybe_billed));
  return document;
}

std::string words_about(const host::Losses& losses) {
  const auto calls = [](std::size_t count, std::string_view one, std::string_view several) {
    const bool is_one = count == 1;
    return std::to_string(count) + (is_one ? " call " : " calls ") +
           std::string(is_one ? one : several) + " billed and gave nothing";
  };
  std::string words;
  if (losses.billed > 0) words = calls(losses.billed, "was", "were");
  if (losses.maybe_billed > 0) {
    words +=
        (words.empty() ? "" : ", ") + calls(losses.maybe_billed, "may have been", "may have been");
  }
  return words;
}

}  // namespace patchbay::cli
