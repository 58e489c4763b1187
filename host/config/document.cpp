#include "host/config/document.hpp"

#include "core/base/text.hpp"
#include "host/config/text_check.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;

TextPosition position_of(const toml::source_position& position) {
  return TextPosition{position.line, position.column};
}

Error error_at(const fs::path& name, const TextPosition& position, std::string_view message) {
  return Error{ErrorCode::BadInput,
               name.string() + ":" + std::to_string(position.line) + ":" +
                   std::to_string(position.column) + ": " + printable(message),
               "correct the file there",
               {}};
}

// A list of texts, or nothing where an element is of another type.
std::optional<std::vector<std::string>> texts_of(const toml::array& array) {
  std::vector<std::string> texts;
  for (const toml::node& element : array) {
    const auto* text = element.as_string();
    if (text == nullptr) return std::nullopt;
    texts.push_back(text->get());
  }
  return texts;
}

void fill_value(Entry& entry, const toml::node& node) {
  entry.kind = EntryKind::Value;
  if (const auto* text = node.as_string()) {
    entry.value = text->get();
  } else if (const auto* whole = node.as_integer()) {
    entry.value = whole->get();
  } else if (const auto* real = node.as_floating_point()) {
    entry.value = real->get();
  } else if (const auto* boolean = node.as_boolean()) {
    entry.value = boolean->get();
  } else if (const auto* array = node.as_array()) {
    auto texts = texts_of(*array);
    if (!texts) {
      entry.kind = EntryKind::OtherValue;
    } else {
      entry.value = std::move(*texts);
    }
  } else {
    entry.kind = EntryKind::OtherValue;
  }
}

Entry entry_of(std::string key, const toml::key& name, const toml::node& node) {
  Entry entry;
  entry.key = std::move(key);
  entry.key_begin = position_of(name.source().begin);
  entry.begin = position_of(node.source().begin);
  entry.end = position_of(node.source().end);
  if (const auto* table = node.as_table()) {
    entry.kind = table->is_inline() ? EntryKind::InlineTable : EntryKind::Table;
  } else {
    fill_value(entry, node);
  }
  return entry;
}

bool is_before(const Entry& a, const Entry& b) {
  return std::pair(a.key_begin.line, a.key_begin.column) <
         std::pair(b.key_begin.line, b.key_begin.column);
}

// What a table may be: it holds known keys, or is one of the tables of providers.
bool is_table_allowed(std::string_view key) {
  constexpr std::string_view providers = "providers";
  if (key == providers) return true;
  const bool below_providers = key.starts_with("providers.");
  return below_providers ? std::count(key.begin(), key.end(), '.') == 1 : is_known_table(key);
}

Status check_table(const Entry& entry, const fs::path& file) {
  if (is_table_allowed(entry.key)) return {};
  if (is_known_key(entry.key) || provider_key(entry.key))
    return error_at(file, entry.key_begin, "`" + entry.key + "` is a value, not a table");
  return error_at(file, entry.key_begin, unknown_key(entry.key).message);
}

Status take(Config& config, const Entry& entry, const fs::path& file) {
  if (entry.kind == EntryKind::Table || entry.kind == EntryKind::InlineTable)
    return check_table(entry, file);
  if (!is_known_key(entry.key) && !provider_key(entry.key)) {
    if (is_table_allowed(entry.key))
      return error_at(file, entry.key_begin, "`" + entry.key + "` is a table, not a value");
    return error_at(file, entry.key_begin, unknown_key(entry.key).message);
  }
  if (entry.kind == EntryKind::OtherValue)
    return error_at(file, entry.begin, "`" + entry.key + "` is of a type that no key takes");
  const Status assigned = assign(config, entry.key, entry.value, file.parent_path());
  if (!assigned.ok()) return error_at(file, entry.begin, assigned.error().message);
  config.origins[entry.key] = file.filename().string();
  return {};
}

std::string quoted_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      constexpr std::string_view digits = "0123456789ABCDEF";
      out += "\\u00";
      out += digits[byte >> 4U];
      out += digits[byte & 0xFU];
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string real_literal(double number) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  std::string text(buffer.data(), end.ptr);
  // "inf" and "nan" are TOML's words too.
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

}  // namespace

Result<std::vector<Entry>> parse_document(std::string_view text, const fs::path& name) {
  if (const auto flaw = find_text_flaw(text)) return error_at(name, flaw->position, flaw->message);
  const toml::parse_result parsed = toml::parse(text, std::string_view(name.native()));
  if (!parsed) {
    const auto& error = parsed.error();
    return error_at(name, position_of(error.source().begin), error.description());
  }
  std::vector<Entry> entries;
  std::vector<std::pair<std::string, const toml::table*>> waiting = {{"", &parsed.table()}};
  while (!waiting.empty()) {
    const auto [prefix, table] = waiting.back();
    waiting.pop_back();
    for (const auto& [key, node] : *table) {
      if (key.str().find('.') != std::string_view::npos)
        return error_at(name,
                        position_of(key.source().begin),
                        "the key \"" + std::string(key.str()) + "\" holds a dot");
      entries.push_back(entry_of(prefix + std::string(key.str()), key, node));
      if (const auto* inner = node.as_table())
        waiting.emplace_back(entries.back().key + ".", inner);
    }
  }
  // A person mends a file from the top, so errors are to come in that order.
  std::sort(entries.begin(), entries.end(), is_before);
  return entries;
}

Result<Config> config_of(const std::vector<Entry>& entries, const fs::path& file) {
  Config config;
  for (const std::string_view key : known_keys()) config.origins.emplace(key, "default");
  for (const Entry& entry : entries) PATCHBAY_TRY(take(config, entry, file));
  return config;
}

std::string toml_literal(const Setting& setting) {
  if (const auto* text = std::get_if<std::string>(&setting)) return quoted_text(*text);
  if (const auto* whole = std::get_if<std::int64_t>(&setting)) return std::to_string(*whole);
  if (const auto* real = std::get_if<double>(&setting)) return real_literal(*real);
  if (const auto* boolean = std::get_if<bool>(&setting)) return *boolean ? "true" : "false";
  std::string out = "[";
  for (const std::string& text : std::get<std::vector<std::string>>(setting)) {
    if (out.size() > 1) out += ", ";
    out += quoted_text(text);
  }
  return out + "]";
}

}  // namespace patchbay::host
