#include "host/cli/batch_jobs.hpp"

#include "core/base/text.hpp"
#include "core/crypto/hash.hpp"
#include "host/cli/context.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

namespace patchbay::cli {
namespace {

namespace fs = std::filesystem;

using Text = std::optional<std::string>;
using TextPlace = Text& (*)(BatchLine&);
using FlagPlace = bool& (*)(BatchLine&);
using ListPlace = std::vector<std::string>& (*)(BatchLine&);

struct TextField {
  std::string_view name;
  TextPlace place;
};
constexpr std::array text_fields{
    TextField{"prompt", [](BatchLine& line) -> Text& { return line.request.prompt; }},
    TextField{"prompt_file", [](BatchLine& line) -> Text& { return line.request.prompt_file; }},
    TextField{"provider", [](BatchLine& line) -> Text& { return line.request.provider; }},
    TextField{"model", [](BatchLine& line) -> Text& { return line.request.model; }},
    TextField{"timeout", [](BatchLine& line) -> Text& { return line.request.timeout; }},
    TextField{"size", [](BatchLine& line) -> Text& { return line.image.size; }},
    TextField{"width", [](BatchLine& line) -> Text& { return line.image.width; }},
    TextField{"height", [](BatchLine& line) -> Text& { return line.image.height; }},
    TextField{"resolution", [](BatchLine& line) -> Text& { return line.image.resolution; }},
    TextField{"aspect_ratio", [](BatchLine& line) -> Text& { return line.image.aspect_ratio; }},
    TextField{"seed", [](BatchLine& line) -> Text& { return line.image.seed; }},
    TextField{"count", [](BatchLine& line) -> Text& { return line.image.count; }},
    TextField{"output", [](BatchLine& line) -> Text& { return line.output.file; }},
    TextField{"output_path", [](BatchLine& line) -> Text& { return line.output.file; }},
    TextField{"out", [](BatchLine& line) -> Text& { return line.output.file; }},
    TextField{"out_dir", [](BatchLine& line) -> Text& { return line.output.directory; }},
};

struct FlagField {
  std::string_view name;
  FlagPlace place;
};
constexpr std::array flag_fields{
    FlagField{"sidecar", [](BatchLine& line) -> bool& { return line.output.sidecar; }},
    FlagField{"convert", [](BatchLine& line) -> bool& { return line.output.convert; }},
    FlagField{"force", [](BatchLine& line) -> bool& { return line.output.force; }},
};

struct ListField {
  std::string_view name;
  ListPlace place;
};
constexpr std::array list_fields{
    ListField{"input",
              [](BatchLine& line) -> std::vector<std::string>& { return line.request.inputs; }},
    ListField{"inputs",
              [](BatchLine& line) -> std::vector<std::string>& { return line.request.inputs; }},
    ListField{"param",
              [](BatchLine& line) -> std::vector<std::string>& { return line.request.params; }},
    ListField{"params",
              [](BatchLine& line) -> std::vector<std::string>& { return line.request.params; }},
};

template <typename Fields>
auto find_field(const Fields& fields, std::string_view name) {
  const auto* found = std::ranges::find(fields, name, [](const auto& field) { return field.name; });
  return found == fields.end() ? nullptr : found;
}

Error unknown_field(std::string_view name) {
  if (name == "session") {
    return Error{ErrorCode::Usage,
                 "a batch holds no conversations: each job stands alone",
                 "leave 'session' out; `patchbay generate --session` goes on with one"};
  }
  std::vector<std::string_view> known;
  known.reserve(text_fields.size() + flag_fields.size() + list_fields.size());
  for (const TextField& field : text_fields) known.push_back(field.name);
  for (const FlagField& field : flag_fields) known.push_back(field.name);
  for (const ListField& field : list_fields) known.push_back(field.name);
  const std::string_view near = nearest(name, known);
  return Error{ErrorCode::Usage,
               "there is no field '" + shortened(printable(name), 64) + "'" +
                   (near.empty() ? "" : "; did you mean '" + std::string(near) + "'?"),
               "the fields are the options of `patchbay generate`"};
}

Result<bool> parse_flag(std::string_view name, std::string_view text) {
  const std::string value = lower_case(trimmed(text));
  if (value == "true" || value == "1" || value == "yes") return true;
  if (value == "false" || value == "0" || value == "no") return false;
  return Error{
      ErrorCode::Usage,
      "'" + std::string(name) + "' is true or false, not '" + shortened(printable(text), 64) + "'"};
}

Status set_field(const host::BatchField& field, BatchLine& line) {
  if (const TextField* known = find_field(text_fields, field.name)) {
    Text& place = known->place(line);
    if (place) return Error{ErrorCode::Usage, "'" + field.name + "' is given twice"};
    place = field.value;
    return {};
  }
  if (const FlagField* known = find_field(flag_fields, field.name)) {
    known->place(line) = PATCHBAY_TRY(parse_flag(field.name, field.value));
    return {};
  }
  const ListField* known = find_field(list_fields, field.name);
  if (known == nullptr) return unknown_field(field.name);
  known->place(line).push_back(field.value);
  return {};
}

// Of what is asked for, in whatever order it stands there.
std::string digest_of(const host::BatchRow& row) {
  std::vector<std::string> fields;
  fields.reserve(row.fields.size());
  for (const host::BatchField& field : row.fields) {
    fields.push_back(field.name + '\x1f' + field.value + '\x1e');
  }
  std::ranges::sort(fields);
  crypto::Sha256 digest;
  for (const std::string& field : fields) digest.update(crypto::bytes_of(field));
  constexpr std::size_t digits = 32;
  return crypto::to_hex(digest.finish()).substr(0, digits);
}

// The files that a job will make, as far as they are known before.
std::vector<fs::path> names_of(const BatchLine& line) {
  std::vector<fs::path> names;
  if (!line.output.file) return names;
  const fs::path file = *line.output.file;
  for (std::size_t number = 1; number <= line.count; ++number) {
    names.push_back(host::is_numbered(file) ? host::numbered(file, number) : file);
    if (line.output.sidecar) names.push_back(host::sidecar_of(names.back()));
  }
  return names;
}

fs::path whole_name(const fs::path& name) {
  std::error_code failed;
  const fs::path whole = fs::weakly_canonical(fs::absolute(name, failed), failed);
  return failed ? name : whole;
}

// Which job wants which name; 0: the batch itself stands there.
class WantedNames {
 public:
  explicit WantedNames(const BatchDefaults& defaults) : word_(host::word_for(defaults.numbering)) {
    for (const fs::path& file : defaults.own_files) wanted_by_.emplace(whole_name(file), 0);
  }

  [[nodiscard]] Status add(const BatchLine& line) {
    for (const fs::path& name : names_of(line)) {
      const auto [place, is_new] = wanted_by_.emplace(whole_name(name), line.line);
      if (is_new) continue;
      const std::string who = place->second == 0
                                  ? ", where the batch or its journal stands"
                                  : ", and so does " + word_ + " " + std::to_string(place->second);
      return Error{ErrorCode::Usage,
                   "it writes to " + name.string() + who,
                   "give each job a name of its own"};
    }
    return {};
  }

 private:
  std::string word_;
  std::map<fs::path, std::size_t> wanted_by_;
};

Status check_places(const BatchLine& line,
                    const host::ImagePlace& place,
                    const host::BatchJournal* journal) {
  std::vector<std::size_t> finished;
  if (journal != nullptr) finished = journal->finished(line.id);
  for (std::size_t number = 1; number <= line.count; ++number) {
    if (std::ranges::binary_search(finished, number)) continue;
    PATCHBAY_TRY(host::check_place(place, {number, 1, line.count + 1}));
  }
  return {};
}

// Rows that ask the same people for the same model need to be routed once.
class RouteCheck {
 public:
  explicit RouteCheck(Context& context) : context_(context) {}
  [[nodiscard]] Status check(host::Request request) {
    const std::string key = request.provider + '\x1f' + request.model;
    if (known_.contains(key)) return {};
    std::vector<host::Candidate> candidates;
    PATCHBAY_TRY(context_.route(request, candidates));
    known_.insert(key);
    return {};
  }

 private:
  Context& context_;
  std::set<std::string> known_;
};

}  // namespace

Result<BatchLine> line_of(const host::BatchRow& row, const BatchDefaults& defaults) {
  BatchLine line;
  line.line = row.line;
  line.output.sidecar = defaults.sidecar;
  line.output.convert = defaults.convert;
  line.output.force = defaults.force;
  for (const host::BatchField& field : row.fields) PATCHBAY_TRY(set_field(field, line));
  if (line.request.prompt_file == "-") {
    return Error{ErrorCode::Usage, "a job cannot read its prompt from stdin"};
  }
  if (!line.request.provider) line.request.provider = defaults.provider;
  if (!line.request.model) line.request.model = defaults.model;
  if (!line.output.file && !line.output.directory) line.output.directory = defaults.directory;
  line.count = PATCHBAY_TRY(count_of(line.image));
  line.id = digest_of(row);
  line.stem = defaults.stem + "-" + std::to_string(row.line);
  return line;
}

std::vector<BatchLine> lines_of(const host::BatchFile& file,
                                const BatchDefaults& defaults,
                                std::vector<LineProblem>& problems) {
  for (const host::BatchProblem& problem : file.problems) {
    problems.push_back({problem.line, Error{ErrorCode::BadInput, problem.message}});
  }
  std::vector<BatchLine> lines;
  std::map<std::string, std::size_t> seen;
  for (const host::BatchRow& row : file.rows) {
    auto line = line_of(row, defaults);
    if (!line.ok()) {
      problems.push_back({row.line, std::move(line).error()});
      continue;
    }
    // The same job twice is two jobs.
    BatchLine& read = line.value();
    const std::size_t occurrence = ++seen[read.id];
    if (occurrence > 1) read.id += "#" + std::to_string(occurrence);
    lines.push_back(std::move(read));
  }
  return lines;
}

Result<host::ImageJobInput> input_of(const BatchLine& line, const Context& context) {
  host::ImageJobInput input;
  input.request = PATCHBAY_TRY(request_of(line.request, host::Operation::Image, context));
  PATCHBAY_TRY(add_image_parameters(line.image, input.request));
  input.count = line.count;
  input.place = PATCHBAY_TRY(place_of(line.output, line.count, context));
  input.place.stem = line.stem;
  return input;
}

void check_lines(const std::vector<BatchLine>& lines,
                 const BatchDefaults& defaults,
                 const host::BatchJournal* journal,
                 Context& context,
                 std::vector<LineProblem>& problems) {
  WantedNames wanted(defaults);
  RouteCheck routes(context);
  const auto check = [&](const BatchLine& line) -> Status {
    host::ImageJobInput input = PATCHBAY_TRY(input_of(line, context));
    PATCHBAY_TRY(wanted.add(line));
    PATCHBAY_TRY(check_places(line, input.place, journal));
    return routes.check(std::move(input.request));
  };
  for (const BatchLine& line : lines) {
    const Status checked = check(line);
    if (!checked.ok()) problems.push_back({line.line, checked.error()});
  }
  std::ranges::stable_sort(problems, {}, &LineProblem::line);
}

}  // namespace patchbay::cli
