// The one place that meets toml++: patchbay.toml as a list of entries with their positions.
#pragma once

#include "core/base/result.hpp"
#include "host/config/keys.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

struct TextPosition {
  std::size_t line = 0;    // from 1
  std::size_t column = 0;  // from 1, in code points
  friend bool operator==(const TextPosition&, const TextPosition&) = default;
};

enum class EntryKind : std::uint8_t {
  Value,        // text, a number, a boolean or a list of texts
  OtherValue,   // of a type that no key takes: a date, a mixed list
  Table,        // [header], or implied by one
  InlineTable,  // { … }
};

// A table or value, in no particular order.
struct Entry {
  std::string key;  // dotted
  EntryKind kind = EntryKind::Value;
  Setting value;
  TextPosition key_begin;
  TextPosition begin;  // of the value; for a table, of its header
  TextPosition end;    // one past
};

// Errors: BadInput, "FILE:LINE:COLUMN: …", also for a quoted key that holds a dot, since the dotted
// form could not tell it from two. `name` is the file's name in errors.
[[nodiscard]] Result<std::vector<Entry>> parse_document(std::string_view text,
                                                        const std::filesystem::path& name);

// The Config that a document's entries make.
[[nodiscard]] Result<Config> config_of(const std::vector<Entry>& entries,
                                       const std::filesystem::path& file);

// The text as a TOML value: quoted and escaped where it is text.
[[nodiscard]] std::string toml_literal(const Setting& setting);

}  // namespace patchbay::host
