// What is said of a batch: its progress, and how each job ended.
#pragma once

#include "core/json/value.hpp"
#include "host/jobs/batch_run.hpp"

#include <string>
#include <vector>

namespace patchbay::cli {

class Console;

// "[#####-----] 12/24, 1 failed"
[[nodiscard]] std::string progress_bar(const host::BatchCounts& counts);

// `losses_before`: of earlier runs of the same batch.
[[nodiscard]] json::Value document_of(const std::vector<host::BatchResult>& results,
                                      const host::Losses& losses_before);
void print_summary(Console& console,
                   const std::vector<host::BatchResult>& results,
                   const host::Losses& losses_before);

}  // namespace patchbay::cli
