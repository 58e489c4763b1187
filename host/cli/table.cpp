#include "host/cli/table.hpp"

#include "core/base/text.hpp"
#include "host/cli/console.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace patchbay::cli {
namespace {

constexpr std::size_t gap = 2;  // spaces between columns

std::string padded(std::string text, std::size_t width) {
  const std::size_t have = code_point_count(text);
  if (have < width) text.append(width - have, ' ');
  return text;
}

}  // namespace

void Table::print(Console& console) const {
  std::vector<std::size_t> widths(rows_.front().size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], code_point_count(printable(row[i])));
    }
  }
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      line += padded(printable(row[i]), widths[i] + gap);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    console.line(line);
  }
}

}  // namespace patchbay::cli
