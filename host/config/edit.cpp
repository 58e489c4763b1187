#include "core/base/file.hpp"
#include "host/config/document.hpp"

#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <system_error>
#include <utility>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;

// One change of the text: a key, its value as TOML, and what the file holds.
struct Edit {
  std::string_view text;
  const std::vector<Entry>& entries;
  std::string key;
  std::string literal;

  [[nodiscard]] std::string table() const {
    const std::size_t dot = key.rfind('.');
    return dot == std::string::npos ? std::string() : key.substr(0, dot);
  }
  [[nodiscard]] std::string name() const { return key.substr(key.rfind('.') + 1); }
  [[nodiscard]] std::string_view line_end() const {
    return text.find("\r\n") == std::string_view::npos ? "\n" : "\r\n";
  }
  [[nodiscard]] const Entry* find(std::string_view wanted) const {
    const auto found = std::find_if(
        entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == wanted; });
    return found == entries.end() ? nullptr : &*found;
  }
};

// The byte at a position, which counts code points.
std::size_t offset_of(std::string_view text, const TextPosition& position) {
  std::size_t offset = 0;
  for (std::size_t line = 1; line < position.line && offset < text.size(); ++line) {
    const std::size_t end = text.find('\n', offset);
    offset = end == std::string_view::npos ? text.size() : end + 1;
  }
  for (std::size_t column = 1; column < position.column && offset < text.size(); ++column) {
    ++offset;
    while (offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xC0U) == 0x80U)
      ++offset;
  }
  return offset;
}

std::string replaced(std::string_view text,
                     std::size_t begin,
                     std::size_t end,
                     std::string_view by) {
  std::string out(text.substr(0, begin));
  out += by;
  out += text.substr(end);
  return out;
}

// A key that TOML takes without quotes stays so.
std::string key_text(std::string_view name) {
  const bool bare = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
  return bare ? std::string(name) : toml_literal(Setting(std::string(name)));
}

std::string dotted_key_text(std::string_view key) {
  std::string out;
  while (true) {
    const std::size_t dot = key.find('.');
    out += key_text(key.substr(0, dot));
    if (dot == std::string_view::npos) return out;
    out += '.';
    key.remove_prefix(dot + 1);
  }
}

// A new line below the line where `offset` is.
std::string with_line_below(const Edit& edit, std::size_t offset, std::string_view line) {
  const std::size_t end = edit.text.find('\n', offset);
  if (end == std::string_view::npos) {
    std::string added(edit.line_end());
    added += line;
    added += edit.line_end();
    return replaced(edit.text, edit.text.size(), edit.text.size(), added);
  }
  return replaced(edit.text, end + 1, end + 1, std::string(line) + std::string(edit.line_end()));
}

using Attempt = std::optional<std::string>;

Attempt replace_value(const Edit& edit) {
  const Entry* entry = edit.find(edit.key);
  if (entry == nullptr) return std::nullopt;
  return replaced(edit.text,
                  offset_of(edit.text, entry->begin),
                  offset_of(edit.text, entry->end),
                  edit.literal);
}

// Below the last value of its table, or below the table's header.
Attempt add_to_table(const Edit& edit) {
  const std::string table = edit.table();
  const Entry* header = edit.find(table);
  if (header == nullptr || header->kind != EntryKind::Table) return std::nullopt;
  TextPosition last = header->end;
  for (const Entry& entry : edit.entries) {
    const bool within = entry.kind != EntryKind::Table && entry.key.starts_with(table + ".") &&
                        entry.key.find('.', table.size() + 1) == std::string::npos;
    if (within && entry.end.line >= last.line) last = entry.end;
  }
  // The end is one past, which may be the start of the next line.
  const std::size_t end = offset_of(edit.text, last);
  return with_line_below(
      edit, end == 0 ? 0 : end - 1, key_text(edit.name()) + " = " + edit.literal);
}

Attempt add_to_inline_table(const Edit& edit) {
  const Entry* table = edit.find(edit.table());
  if (table == nullptr || table->kind != EntryKind::InlineTable) return std::nullopt;
  const std::size_t begin = offset_of(edit.text, table->begin);
  const std::size_t end = offset_of(edit.text, table->end);
  const std::size_t brace = edit.text.rfind('}', end == 0 ? 0 : end - 1);
  if (brace == std::string_view::npos || brace <= begin) return std::nullopt;
  std::size_t last = brace;
  while (last > begin + 1 && (edit.text[last - 1] == ' ' || edit.text[last - 1] == '\t')) --last;
  const std::string comma = last == begin + 1 ? " " : ", ";
  const std::string space = last == begin + 1 ? " " : "";
  return replaced(
      edit.text, last, last, comma + key_text(edit.name()) + " = " + edit.literal + space);
}

std::string with_line_at_end(const Edit& edit, std::string_view line) {
  const bool open = !edit.text.empty() && edit.text.back() != '\n';
  std::string text(edit.text);
  if (open) text += edit.line_end();
  text += line;
  text += edit.line_end();
  return text;
}

// Before the first header: for keys without a table, and tables that dotted keys made.
Attempt add_at_root(const Edit& edit) {
  TextPosition last;
  std::size_t first_header = edit.text.size();
  for (const Entry& entry : edit.entries) {
    const std::size_t begin = offset_of(edit.text, entry.begin);
    const bool is_header =
        entry.kind == EntryKind::Table && begin < edit.text.size() && edit.text[begin] == '[';
    if (is_header) first_header = std::min(first_header, begin);
  }
  for (const Entry& entry : edit.entries) {
    const bool above = offset_of(edit.text, entry.begin) < first_header;
    if (above && entry.kind != EntryKind::Table && entry.end.line >= last.line) last = entry.end;
  }
  const std::string line = dotted_key_text(edit.key) + " = " + edit.literal;
  if (last.line != 0) {
    const std::size_t end = offset_of(edit.text, last);
    return with_line_below(edit, end == 0 ? 0 : end - 1, line);
  }
  if (first_header == edit.text.size()) return with_line_at_end(edit, line);
  const std::size_t line_begin = edit.text.rfind('\n', first_header);
  const std::size_t at = line_begin == std::string_view::npos ? 0 : line_begin + 1;
  std::string added = line;
  added += edit.line_end();
  added += edit.line_end();
  return replaced(edit.text, at, at, added);
}

// A new table at the end of the file.
Attempt add_table(const Edit& edit) {
  if (edit.table().empty()) return std::nullopt;
  const std::string end(edit.line_end());
  std::string out(edit.text);
  if (!out.empty() && out.back() != '\n') out += end;
  if (!out.empty()) out += end;
  out += "[" + dotted_key_text(edit.table()) + "]" + end;
  return out + key_text(edit.name()) + " = " + edit.literal + end;
}

using Values = std::map<std::string, Setting>;

Values values_of(const std::vector<Entry>& entries) {
  Values values;
  for (const Entry& entry : entries)
    if (entry.kind == EntryKind::Value) values[entry.key] = entry.value;
  return values;
}

// The first way of writing it that changes this key and nothing else.
Result<std::string> edited(const Edit& edit, const Setting& setting, const fs::path& file) {
  Values wanted = values_of(edit.entries);
  wanted[edit.key] = setting;
  constexpr std::array<Attempt (*)(const Edit&), 5> ways = {
      replace_value, add_to_inline_table, add_to_table, add_table, add_at_root};
  for (const auto way : ways) {
    const Attempt text = way(edit);
    if (!text) continue;
    const Result<std::vector<Entry>> parsed = parse_document(*text, file);
    if (parsed.ok() && values_of(parsed.value()) == wanted) return *text;
  }
  return Error{ErrorCode::BadInput,
               "cannot find a place for `" + edit.key + "` in " + file.string(),
               "write it there by hand: " + dotted_key_text(edit.key) + " = " + edit.literal,
               {}};
}

// Keeps two programs from overwriting each other's change; released with the descriptor.
Result<FileDescriptor> lock_folder(const fs::path& folder) {
  FileDescriptor descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.is_open())
    return file_error(ErrorCode::Output, "cannot open directory", folder, errno);
  while (flock(descriptor.get(), LOCK_EX) != 0)
    if (errno != EINTR) return file_error(ErrorCode::Output, "cannot lock", folder, errno);
  return descriptor;
}

struct ExistingFile {
  std::string text;
  mode_t mode = 0600;
};

Result<ExistingFile> read_existing(const fs::path& file) {
  ExistingFile existing;
  Result<std::string> text = read_file(file, config_size_max);
  if (!text.ok() && text.error().code == ErrorCode::NotFound) return existing;
  existing.text = PATCHBAY_TRY(std::move(text));
  struct stat info{};
  if (stat(file.c_str(), &info) == 0) existing.mode = info.st_mode & 07777U;
  return existing;
}

// What a symbolic link stands for, so that the rename replaces the file and not the link.
Result<fs::path> real_file(const fs::path& file) {
  std::error_code error;
  std::error_code missing;
  fs::path path = fs::absolute(file, error);
  if (!error && fs::is_symlink(path, missing)) path = fs::canonical(path, error);
  if (error)
    return Error{
        ErrorCode::BadInput, "cannot follow " + file.string() + ": " + error.message(), {}, {}};
  return path;
}

}  // namespace

Status set_config_value(const fs::path& file, std::string_view key, std::string_view value) {
  const Setting setting = PATCHBAY_TRY(setting_from_text(key, value));
  const fs::path target = PATCHBAY_TRY(real_file(file));
  Config scratch;
  PATCHBAY_TRY(assign(scratch, key, setting, target.parent_path()));
  PATCHBAY_TRY(make_private_directory(target.parent_path()));
  const FileDescriptor lock = PATCHBAY_TRY(lock_folder(target.parent_path()));
  const ExistingFile existing = PATCHBAY_TRY(read_existing(target));
  const std::vector<Entry> entries = PATCHBAY_TRY(parse_document(existing.text, target));
  const Edit edit{existing.text, entries, std::string(key), toml_literal(setting)};
  const std::string text = PATCHBAY_TRY(edited(edit, setting, target));
  if (text.size() > config_size_max)
    return Error{ErrorCode::BadInput, target.string() + " would exceed 1 MiB", {}, {}};
  if (text == existing.text) return {};
  return write_file(target, text, existing.mode, IfExists::Replace);
}

}  // namespace patchbay::host
