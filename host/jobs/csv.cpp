#include "host/jobs/csv.hpp"

namespace patchbay::host {

bool CsvReader::at_end_of_line() const {
  return at_ == text_.size() || text_[at_] == '\n' || text_[at_] == '\r';
}

void CsvReader::pass_end_of_line() {
  if (at_ < text_.size() && text_[at_] == '\r') ++at_;
  if (at_ < text_.size() && text_[at_] == '\n') ++at_;
  ++line_;
}

std::optional<CsvRecord> CsvReader::next() {
  while (at_ < text_.size() && at_end_of_line()) pass_end_of_line();
  if (at_ == text_.size()) return {};
  CsvRecord record;
  record.line = line_;
  while (true) {
    read_cell(record);
    if (at_end_of_line()) break;
    ++at_;  // the comma
  }
  pass_end_of_line();
  return record;
}

// Leaves off at a comma or at the end of the line.
void CsvReader::read_cell(CsvRecord& record) {
  std::string cell;
  if (at_ < text_.size() && text_[at_] == '"') {
    read_quoted(cell, record);
    if (!at_end_of_line() && text_[at_] != ',') {
      record.problem = "a cell goes on after its closing quote";
      while (!at_end_of_line() && text_[at_] != ',') ++at_;
    }
  } else {
    while (!at_end_of_line() && text_[at_] != ',') cell.push_back(text_[at_++]);
  }
  record.cells.push_back(std::move(cell));
}

void CsvReader::read_quoted(std::string& cell, CsvRecord& record) {
  ++at_;
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    const bool is_quote = c == '"';
    if (is_quote && (at_ == text_.size() || text_[at_] != '"')) return;
    if (is_quote) ++at_;
    if (c == '\n') ++line_;
    cell.push_back(c);
  }
  record.problem = "a cell's quote is never closed";
}

}  // namespace patchbay::host
