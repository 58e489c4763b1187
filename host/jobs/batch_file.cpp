#include "host/jobs/batch_file.hpp"

#include "core/base/text.hpp"
#include "core/json/value.hpp"
#include "host/jobs/csv.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::size_t shown_size_max = 64;  // bytes of a wrong word that a problem repeats
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::string_view white = " \t\r\n";
constexpr std::string_view parameter_prefix = "param.";

std::string field_name(std::string_view name) {
  std::string lower = lower_case(trimmed(name));
  // What follows "param." is a plugin's own word.
  if (!lower.starts_with(parameter_prefix)) std::ranges::replace(lower, '-', '_');
  return lower;
}

Error no_batch(std::string message) {
  return Error{ErrorCode::BadInput,
               std::move(message),
               "a batch is a JSON array, JSON Lines, or CSV with a line of names first"};
}

// A job in JSON, cut out of the file.
struct Slice {
  std::size_t line;
  std::string_view text;
};

std::size_t lines_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

// Finds where each element of a JSON array begins and ends, so that each can be read, and blamed,
// alone. What it takes for a value that is none, the reader of that value refuses.
class ArraySplitter {
 public:
  explicit ArraySplitter(std::string_view text) : text_(text) {}

  [[nodiscard]] Result<std::vector<Slice>> split() {
    at_ = text_.find('[') + 1;
    begin_ = at_;
    while (at_ < text_.size() && slices_.size() <= batch_jobs_max) {
      const char c = text_[at_++];
      if (in_string_) {
        pass_string(c);
      } else if (depth_ == 0 && (c == ',' || c == ']')) {
        if (!take(c)) return finished();
      } else {
        pass(c);
      }
    }
    if (slices_.size() > batch_jobs_max) return std::move(slices_);
    return no_batch("the JSON array is never closed");
  }

 private:
  void pass_string(char c) {
    if (c == '\\') {
      ++at_;
    } else if (c == '"') {
      in_string_ = false;
    }
  }

  void pass(char c) {
    if (c == '"') in_string_ = true;
    if (c == '[' || c == '{') ++depth_;
    if ((c == ']' || c == '}') && depth_ > 0) --depth_;
  }

  // Whether the array goes on.
  bool take(char end) {
    std::string_view element = text_.substr(begin_, at_ - 1 - begin_);
    const std::size_t lead = std::min(element.find_first_not_of(white), element.size());
    line_ += lines_in(text_.substr(counted_to_, begin_ + lead - counted_to_));
    counted_to_ = begin_ + lead;
    element.remove_prefix(lead);
    const bool is_empty_array = end == ']' && slices_.empty() && element.empty();
    if (!is_empty_array) slices_.push_back({line_, element});
    begin_ = at_;
    return end == ',';
  }

  [[nodiscard]] Result<std::vector<Slice>> finished() {
    if (text_.find_first_not_of(white, at_) == std::string_view::npos) return std::move(slices_);
    return no_batch("line " + std::to_string(1 + lines_in(text_.substr(0, at_))) +
                    ": something follows the end of the JSON array");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  std::size_t line_ = 1;        // at counted_to_
  std::size_t counted_to_ = 0;  // lines
  std::size_t depth_ = 0;
  bool in_string_ = false;
  std::vector<Slice> slices_;
};

// A line says nothing of a job that shares it with others.
BatchNumbering number(std::vector<Slice>& slices) {
  const auto same_line = [](const Slice& a, const Slice& b) { return a.line == b.line; };
  if (std::ranges::adjacent_find(slices, same_line) == slices.end()) return BatchNumbering::Lines;
  for (std::size_t i = 0; i < slices.size(); ++i) slices[i].line = i + 1;
  return BatchNumbering::Jobs;
}

std::vector<Slice> lines_of(std::string_view text) {
  std::vector<Slice> slices;
  for (std::size_t line = 1; !text.empty() && slices.size() <= batch_jobs_max; ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view content = trimmed(text.substr(0, end));
    if (!content.empty()) slices.push_back({line, content});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return slices;
}

std::string text_of(const json::Value& value) {
  return value.string() != nullptr ? *value.string() : json::write(value);
}

// The problem, or nothing.
std::string add_value(const std::string& name, const json::Value& value, BatchRow& row) {
  if (value.is_null()) return {};
  if (const json::Array* list = value.array()) {
    for (const json::Value& element : *list) {
      if (element.array() != nullptr || element.object() != nullptr)
        return "'" + name + "' holds something other than plain values";
      row.fields.push_back({name, text_of(element)});
    }
    return {};
  }
  const json::Object* members = value.object();
  if (members == nullptr) {
    row.fields.push_back({name, text_of(value)});
    return {};
  }
  if (name != "param" && name != "params")
    return "'" + name + "' is an object, where a plain value belongs";
  for (const auto& [key, member] : *members) {
    if (member.array() != nullptr || member.object() != nullptr)
      return "the parameter '" + key + "' is no plain value";
    row.fields.push_back({"param", key + "=" + text_of(member)});
  }
  return {};
}

std::string read_object(std::string_view text, BatchRow& row) {
  auto parsed = json::parse(text);
  if (!parsed.ok()) return "not valid JSON: " + parsed.error().message;
  const json::Object* members = parsed.value().object();
  if (members == nullptr) return "a job is a JSON object, and this is none";
  for (const auto& [key, value] : *members) {
    const std::string name = field_name(key);
    const std::string problem = add_value(name, value, row);
    if (!problem.empty()) return shortened(printable(problem), 4 * shown_size_max);
  }
  return row.fields.size() > batch_values_max ? "it has too many values" : "";
}

void read_slices(const std::vector<Slice>& slices, BatchFile& file) {
  for (const Slice& slice : slices) {
    BatchRow row{slice.line, {}};
    const std::string problem = read_object(slice.text, row);
    if (problem.empty()) {
      file.rows.push_back(std::move(row));
    } else {
      file.problems.push_back({slice.line, problem});
    }
  }
}

BatchField cell_field(const std::string& name, std::string value) {
  if (!name.starts_with(parameter_prefix)) return {name, std::move(value)};
  return {"param", name.substr(parameter_prefix.size()) + "=" + std::move(value)};
}

// The problem, or nothing.
std::string read_cells(CsvRecord& record, const std::vector<std::string>& names, BatchRow& row) {
  if (!record.problem.empty()) return record.problem;
  if (record.cells.size() != names.size())
    return "it has " + std::to_string(record.cells.size()) + " cells, and there are " +
           std::to_string(names.size()) + " names in the first line";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (trimmed(record.cells[i]).empty()) continue;
    row.fields.push_back(cell_field(names[i], std::move(record.cells[i])));
  }
  return {};
}

void read_csv(std::string_view text, BatchFile& file) {
  CsvReader reader(text);
  const auto header = reader.next();
  if (!header) return;
  if (!header->problem.empty()) {
    file.problems.push_back({header->line, header->problem});
    return;
  }
  std::vector<std::string> names;
  for (const std::string& cell : header->cells) names.push_back(field_name(cell));
  while (file.rows.size() + file.problems.size() <= batch_jobs_max) {
    auto record = reader.next();
    if (!record) return;
    BatchRow row{record->line, {}};
    std::string problem = read_cells(*record, names, row);
    if (problem.empty()) {
      file.rows.push_back(std::move(row));
    } else {
      file.problems.push_back({record->line, std::move(problem)});
    }
  }
}

}  // namespace

std::string_view word_for(BatchNumbering numbering) {
  return numbering == BatchNumbering::Lines ? "line" : "job";
}

Result<BatchFile> read_batch(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (!is_valid_utf8(text)) return no_batch("the batch is not text in UTF-8");
  BatchFile file;
  const std::size_t first = text.find_first_not_of(white);
  if (first == std::string_view::npos) return no_batch("the batch is empty");
  if (text[first] == '[') {
    std::vector<Slice> slices = PATCHBAY_TRY(ArraySplitter(text).split());
    file.numbering = number(slices);
    read_slices(slices, file);
  } else if (text[first] == '{') {
    read_slices(lines_of(text), file);
  } else {
    read_csv(text, file);
  }
  if (file.rows.empty() && file.problems.empty()) return no_batch("the batch holds no jobs");
  if (file.rows.size() + file.problems.size() > batch_jobs_max)
    return Error{ErrorCode::BadInput,
                 "the batch holds more than " + std::to_string(batch_jobs_max) + " jobs",
                 "divide it"};
  return file;
}

}  // namespace patchbay::host
