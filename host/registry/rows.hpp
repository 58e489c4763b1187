// Reading tables that other programs write to, and the time of a change to them.
#pragma once

#include "core/base/clock.hpp"
#include "core/store/database.hpp"
#include "core/store/statement.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::host {

// The rowids that `sql` gives.
[[nodiscard]] Result<std::vector<std::int64_t>> row_numbers(store::Database& database,
                                                            std::string_view sql,
                                                            std::string_view parameter = {});

// Reads one row after the other, each by its rowid (?1), so that a row that SQLite cannot give, for
// its size or its damage, costs only itself.
template <typename Take>
[[nodiscard]] Status read_each(store::Database& database,
                               const std::vector<std::int64_t>& numbers,
                               std::string_view sql,
                               Take take) {
  store::Statement row = PATCHBAY_TRY(store::Statement::prepare(database, sql));
  for (const std::int64_t number : numbers) {
    row.bind(1, number);
    const Result<bool> found = row.step();
    if (found.ok() && found.value()) take(std::as_const(row));
    row.reset();
  }
  return {};
}

// What updated_at becomes: empty in a file that belongs to another program, where it stays.
[[nodiscard]] Result<std::optional<std::string>> change_time(store::Database& database,
                                                             const Clock& clock);

}  // namespace patchbay::host
