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

struct BatchSummary {
  const std::vector<host::BatchResult>& results;
  host::Losses losses_before;  // of earlier runs of the same batch
  std::string word;            // what the numbers of the jobs count: "line" or "job"
};
[[nodiscard]] json::Value document_of(const BatchSummary& all);
void print_summary(Console& console, const BatchSummary& summary);

}  // namespace patchbay::cli
