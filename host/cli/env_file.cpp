#include "host/cli/env_file.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace patchbay::cli {
namespace {

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

std::string_view without_export(std::string_view line) {
  constexpr std::string_view word = "export";
  if (!line.starts_with(word) || line.size() == word.size()) return line;
  const char next = line[word.size()];
  return next == ' ' || next == '\t' ? trimmed(line.substr(word.size())) : line;
}

// What is in the quotes, whatever follows them; without quotes, what stands before " #".
std::string_view unquoted(std::string_view value) {
  if (value.empty()) return value;
  const char quote = value.front();
  if (quote == '"' || quote == '\'') {
    const std::size_t end = value.find(quote, 1);
    return end == std::string_view::npos ? value : value.substr(1, end - 1);
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool begins_comment =
        value[i] == '#' && (i == 0 || value[i - 1] == ' ' || value[i - 1] == '\t');
    if (begins_comment) return trimmed(value.substr(0, i));
  }
  return value;
}

}  // namespace

std::string_view value_in_env_file(std::string_view text, std::string_view name) {
  std::string_view value;
  while (!text.empty()) {
    const std::string_view line = without_export(trimmed(take_line(text)));
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || trimmed(line.substr(0, equals)) != name) continue;
    value = unquoted(trimmed(line.substr(equals + 1)));
  }
  return value;
}

}  // namespace patchbay::cli
