// patchbay.toml, and the editing of one value in it. The input is "KEY=VALUE", a line feed, and the
// file's text.
#include "host/config/config.hpp"
#include "host/config/document.hpp"
#include "tests/fuzz/fuzz_check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace {

using namespace patchbay;  // NOLINT(google-build-using-namespace): the target's own words
using fuzz::require;
namespace fs = std::filesystem;

// One folder for the process: in memory where the machine has such a place.
const fs::path& folder() {
  static const struct Folder {
    fs::path path;
    Folder() {
      const fs::path parent = fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path();
      std::string name = (parent / "patchbay-config-fuzz-XXXXXX").string();
      require(mkdtemp(name.data()) != nullptr, "no temporary folder");
      path = name;
    }
    ~Folder() {
      std::error_code ignored;
      fs::remove_all(path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
  } made;
  return made.path;
}

using Values = std::map<std::string, host::Setting>;

std::optional<Values> values_of(std::string_view text, const fs::path& file) {
  const Result<std::vector<host::Entry>> entries = host::parse_document(text, file);
  if (!entries.ok()) {
    require(entries.error().code == ErrorCode::BadInput, "another error");
    require(entries.error().message.find(file.string()) != std::string::npos, "which file?");
    return std::nullopt;
  }
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  Values values;
  for (const host::Entry& entry : entries.value()) {
    require(entry.begin.line <= lines && entry.end.line <= lines + 1,
            "a place outside of the file");
    if (entry.kind == host::EntryKind::Value) values[entry.key] = entry.value;
  }
  const Result<host::Config> config = host::config_of(entries.value(), file);
  if (!config.ok()) require(config.error().code == ErrorCode::BadInput, "another error");
  return values;
}

// Each value, written anew, is read as itself.
void check_literals(const Values& values, const fs::path& file) {
  for (const auto& [key, value] : values) {
    const std::optional<Values> again = values_of("k = " + host::toml_literal(value) + "\n", file);
    require(again.has_value(), "a literal of our own is refused");
    const auto found = again->find("k");
    const auto* real = std::get_if<double>(&value);
    const bool is_number = real == nullptr || *real == *real;
    require(found != again->end() && (!is_number || found->second == value), "a literal changes");
  }
}

void write(const fs::path& file, std::string_view text) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}
std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void check_edit(std::string_view assignment, std::string_view text, const Values* before) {
  const fs::path file = folder() / "patchbay.toml";
  write(file, text);
  const std::size_t equals = std::min(assignment.find('='), assignment.size());
  const std::string_view key = assignment.substr(0, equals);
  const std::string_view value = assignment.substr(std::min(equals + 1, assignment.size()));
  const Status done = host::set_config_value(file, key, value);
  const std::string after = read(file);
  if (!done.ok()) {
    require(done.error().code == ErrorCode::BadInput, "another error");
    require(after == text, "a refused change touched the file");
    return;
  }
  require(before != nullptr, "a file that does not parse was changed");
  std::optional<Values> now = values_of(after, file);
  require(now && now->contains(std::string(key)), "the value is not there");
  Values wanted = *before;
  wanted.insert_or_assign(std::string(key), now->at(std::string(key)));
  for (const auto& [name, setting] : wanted) {
    const auto* real = std::get_if<double>(&setting);
    const bool is_number = real == nullptr || *real == *real;
    require(now->contains(name) && (!is_number || now->at(name) == setting),
            "another value changed");
  }
  require(now->size() == wanted.size(), "a value came from nowhere");
  require(host::set_config_value(file, key, value).ok() && read(file) == after, "setting it again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line_end = std::min(input.find('\n'), size);
  const std::string_view text = input.substr(std::min(line_end + 1, size));
  const fs::path file = folder() / "patchbay.toml";
  const std::optional<Values> values = values_of(text, file);
  if (values) check_literals(*values, file);
  check_edit(input.substr(0, line_end), text, values ? &*values : nullptr);
  return 0;
}
