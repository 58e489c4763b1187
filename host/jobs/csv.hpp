// Comma-separated values as in RFC 4180: cells in quotes may hold commas, quotes and line breaks.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

struct CsvRecord {
  std::size_t line = 0;  // where it begins, from 1
  std::vector<std::string> cells;
  std::string problem;  // empty: none
};

// Record after record; empty lines are passed over. The text outlives it.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {}
  [[nodiscard]] std::optional<CsvRecord> next();

 private:
  void read_cell(CsvRecord& record);
  void read_quoted(std::string& cell, CsvRecord& record);
  [[nodiscard]] bool at_end_of_line() const;
  void pass_end_of_line();

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace patchbay::host
