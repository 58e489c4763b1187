// Rows of patchbay_attempts, written and read.
#pragma once

#include "core/store/statement.hpp"
#include "host/recorder/recorder.hpp"

#include <string_view>

namespace patchbay::host {

[[nodiscard]] Result<store::Statement> prepare_attempt_insert(store::Database& database);
// Binds all columns; the caller runs the statement.
void bind_attempt(store::Statement& insert, const Attempt& attempt);

// The columns that attempt_of_row() reads, in its order.
[[nodiscard]] std::string_view attempt_columns();
[[nodiscard]] Attempt attempt_of_row(const store::Statement& row);

}  // namespace patchbay::host
