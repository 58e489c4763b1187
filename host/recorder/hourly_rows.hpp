// Sums per hour: they stay when attempts are pruned.
#pragma once

#include "core/store/statement.hpp"
#include "host/recorder/recorder.hpp"

#include <cstdint>
#include <string>

namespace patchbay::host {

// The hour that a time lies in, as patchbay_usage_hourly has it: "2026-11-23 05:00:00".
[[nodiscard]] std::string hour_of(std::int64_t unix_ms);

[[nodiscard]] Result<store::Statement> prepare_hourly_add(store::Database& database);
// Binds all columns; the caller runs the statement, once for each row that is new.
void bind_hourly(store::Statement& add, const Attempt& attempt);

}  // namespace patchbay::host
