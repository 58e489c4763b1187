#include "host/registry/rows.hpp"

#include "core/store/migrator.hpp"

namespace patchbay::host {

Result<std::vector<std::int64_t>> row_numbers(store::Database& database,
                                              std::string_view sql,
                                              std::string_view parameter) {
  store::Statement query = PATCHBAY_TRY(store::Statement::prepare(database, sql));
  if (!parameter.empty()) query.bind(1, parameter);
  std::vector<std::int64_t> numbers;
  while (PATCHBAY_TRY(query.step())) numbers.push_back(query.integer(0));
  return numbers;
}

Result<std::optional<std::string>> change_time(store::Database& database, const Clock& clock) {
  const store::FileOrigin origin = PATCHBAY_TRY(store::file_origin(database));
  if (origin == store::FileOrigin::Foreign) return std::optional<std::string>();
  return std::optional<std::string>(sql_timestamp(clock.unix_ms()));
}

}  // namespace patchbay::host
