// Rows with aligned columns, for people.
#pragma once

#include <string>
#include <vector>

namespace patchbay::cli {

class Console;

class Table {
 public:
  explicit Table(std::vector<std::string> header) { rows_.push_back(std::move(header)); }
  // As many cells as the header has. Control characters are shown as spaces.
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  void print(Console& console) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace patchbay::cli
