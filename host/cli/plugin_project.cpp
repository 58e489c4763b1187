#include "host/cli/plugin_project.hpp"

#include "core/base/file.hpp"
#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

namespace patchbay::cli {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t name_size_max = 50;
// Names that a build already uses for something else.
constexpr std::array<std::string_view, 8> reserved{
    "all", "test", "install", "help", "clean", "package", "check", "edit_cache"};

bool is_small_letter(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Status check_name(const std::string& name) {
  const bool sound = !name.empty() && name.size() <= name_size_max &&
                     is_small_letter(name.front()) && name.back() != '-' && name.back() != '_' &&
                     std::all_of(name.begin(), name.end(), [](char c) {
                       return is_small_letter(c) || is_digit(c) || c == '-' || c == '_';
                     });
  if (!sound)
    return Error{
        ErrorCode::Usage,
        "'" + printable(shortened(name, name_size_max)) + "' cannot be the name of a provider",
        "take a word of a-z, 0-9, - and _ that begins with a letter, as in lantern"};
  if (std::find(reserved.begin(), reserved.end(), name) != reserved.end())
    return Error{ErrorCode::Usage, "'" + name + "' means something to CMake", "take another name"};
  return {};
}

// "moon-lantern" as MoonLantern.
std::string class_name(std::string_view name) {
  std::string out;
  bool begins = true;
  for (const char c : name) {
    const bool separates = c == '-' || c == '_';
    if (!separates) out += begins && is_small_letter(c) ? static_cast<char>(c - 'a' + 'A') : c;
    begins = separates;
  }
  return out;
}

std::string with(std::string text, char from, char to) {
  std::replace(text.begin(), text.end(), from, to);
  return text;
}

std::string upper_case(std::string text) {
  for (char& c : text)
    if (is_small_letter(c)) c = static_cast<char>(c - 'a' + 'A');
  return text;
}

std::string filled_in(std::string_view text, const PluginProject& project) {
  const std::array<std::pair<std::string_view, std::string>, 6> words{{
      {"@NAME@", project.name},
      {"@CLASS@", class_name(project.name)},
      {"@ID@", project.name},
      {"@HOST@", with(project.name, '_', '-')},
      {"@UPPER@", upper_case(with(project.name, '-', '_'))},
      {"@SOURCE@", project.name + "." + project.language},
  }};
  std::string out(text);
  for (const auto& [mark, word] : words)
    for (std::size_t at = out.find(mark); at != std::string::npos; at = out.find(mark, at))
      out.replace(at, mark.size(), word);
  return out;
}

}  // namespace

Result<std::vector<fs::path>> write_project(const PluginProject& project) {
  PATCHBAY_TRY(check_name(project.name));
  std::error_code failure;
  if (fs::exists(fs::symlink_status(project.folder, failure)))
    return Error{ErrorCode::AlreadyExists,
                 project.folder.string() + " is there already",
                 "choose another name, or --dir"};
  std::vector<fs::path> written;
  const std::string prefix = project.language + "/";
  for (const TemplateFile& file : template_files()) {
    if (!file.path.starts_with(prefix)) continue;
    fs::path name = file.path.substr(prefix.size());
    name.replace_extension();  // ".in"
    if (name.stem() == "adapter") name.replace_filename(project.name + name.extension().string());
    const fs::path path = project.folder / name;
    fs::create_directories(path.parent_path(), failure);
    if (failure)
      return file_error(ErrorCode::Output, "cannot make", path.parent_path(), failure.value());
    constexpr mode_t mode = 0644;
    PATCHBAY_TRY(write_file(path, filled_in(file.text, project), mode, IfExists::Fail));
    written.push_back(path);
  }
  return written;
}

}  // namespace patchbay::cli
