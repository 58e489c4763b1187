// Files of jobs and records of conversations: whatever they hold, they are read within their limits
// or refused, and what was read is written and read alike.
#include "host/jobs/batch_file.hpp"
#include "host/jobs/session_record.hpp"
#include "tests/fuzz/fuzz_check.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace host = patchbay::host;

namespace {

using patchbay::fuzz::require;

void check_batch(std::string_view text) {
  const auto file = host::read_batch(text);
  if (!file.ok()) return;
  const host::BatchFile& batch = file.value();
  require(!batch.rows.empty() || !batch.problems.empty(), "a batch without jobs was taken");
  require(batch.rows.size() + batch.problems.size() <= host::batch_jobs_max,
          "more jobs than the limit");
  for (const host::BatchRow& row : batch.rows) {
    require(row.line > 0, "a row without a line");
    require(row.fields.size() <= host::batch_values_max, "a row with more values than the limit");
  }
  for (const host::BatchProblem& problem : batch.problems) {
    require(problem.line > 0, "a problem without a line");
    require(!problem.message.empty(), "a problem without words");
  }
}

void check_session(std::string_view text) {
  const auto record = host::parse_session(text);
  if (!record.ok()) return;
  const std::string written = host::write_session(record.value());
  const auto again = host::parse_session(written);
  require(again.ok(), "a record that was written cannot be read");
  require(host::write_session(again.value()) == written, "a record changed on its way");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_batch(text);
  check_session(text);
  return 0;
}
