#include "host/cli/batch_report.hpp"

#include "core/base/text.hpp"
#include "host/cli/console.hpp"
#include "host/cli/error_view.hpp"
#include "host/cli/image_output.hpp"
#include "host/cli/losses_view.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/table.hpp"
#include "host/jobs/sidecar.hpp"
#include "host/jobs/usage_sum.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <string_view>
#include <utility>

namespace patchbay::cli {
namespace {

constexpr std::size_t bar_width = 24;         // characters
constexpr std::size_t error_shown_max = 100;  // bytes, in the table

std::string_view name_of(host::BatchState state) {
  constexpr std::array<std::string_view, 4> names{"not done", "done before", "done", "failed"};
  return names[static_cast<std::size_t>(state)];
}

struct Totals {
  std::array<std::size_t, 4> jobs{};  // by state
  std::size_t images = 0;
  std::size_t images_before = 0;
  host::Losses losses;
  host::Usage usage;
};

Totals totals_of(const std::vector<host::BatchResult>& results) {
  Totals totals;
  for (const host::BatchResult& result : results) {
    ++totals.jobs[static_cast<std::size_t>(result.state)];
    totals.images += result.images.size();
    totals.images_before += result.images_before;
    host::add_losses(totals.losses, result.losses);
    host::add_usage(totals.usage, result.usage);
  }
  return totals;
}

std::size_t count_of(const Totals& totals, host::BatchState state) {
  return totals.jobs[static_cast<std::size_t>(state)];
}

json::Value document_of(const host::BatchResult& result, const std::string& word) {
  json::Value document;
  document.set(word, static_cast<std::int64_t>(result.line));
  std::string state(name_of(result.state));
  std::ranges::replace(state, ' ', '_');
  document.set("state", std::move(state));
  json::Value images{json::Array{}};
  for (const host::MadeImage& made : result.images) {
    json::Value image = host::document_of(made.image);
    if (!made.sidecar.empty()) image.set("sidecar", made.sidecar.string());
    images.append(std::move(image));
  }
  document.set("images", std::move(images));
  if (result.images_before > 0) {
    document.set("images_before", static_cast<std::int64_t>(result.images_before));
  }
  if (!result.provider.empty()) {
    document.set("provider", result.provider);
    document.set("model", result.model);
    document.set("duration_ms", std::int64_t{result.duration.count()});
    document.set("usage", host::document_of(result.usage));
  }
  if (!result.losses.empty()) document.set("lost", cli::document_of(result.losses));
  if (!result.mappings.empty()) document.set("mapping", joined(result.mappings, "; "));
  if (result.error) document.set("error", cli::document_of(*result.error));
  return document;
}

std::string files_of(const host::BatchResult& result) {
  if (result.images.empty()) return "-";
  std::string files = result.images.front().image.path.string();
  if (result.images.size() > 1) {
    files += " and " + std::to_string(result.images.size() - 1) + " more";
  }
  return files;
}

std::string note_of(const host::BatchResult& result) {
  if (!result.error) return joined(result.mappings, "; ");
  return std::string(describe(result.error->code).name) + ": " +
         shortened(result.error->message, error_shown_max);
}

}  // namespace

std::string progress_bar(const host::BatchCounts& counts) {
  const std::size_t over = counts.done + counts.failed;
  const std::size_t filled = counts.jobs == 0 ? bar_width : bar_width * over / counts.jobs;
  std::string bar = "[" + std::string(filled, '#') + std::string(bar_width - filled, '-') + "] " +
                    std::to_string(over) + "/" + std::to_string(counts.jobs);
  if (counts.failed > 0) bar += ", " + std::to_string(counts.failed) + " failed";
  return bar;
}

json::Value document_of(const BatchSummary& all) {
  const Totals totals = totals_of(all.results);
  json::Value jobs{json::Array{}};
  for (const host::BatchResult& result : all.results) jobs.append(document_of(result, all.word));
  json::Value summary;
  summary.set("jobs", static_cast<std::int64_t>(all.results.size()));
  for (const host::BatchState state : {host::BatchState::Done,
                                       host::BatchState::DoneBefore,
                                       host::BatchState::Failed,
                                       host::BatchState::NotDone}) {
    std::string name(name_of(state));
    std::ranges::replace(name, ' ', '_');
    summary.set(name, static_cast<std::int64_t>(count_of(totals, state)));
  }
  summary.set("images", static_cast<std::int64_t>(totals.images));
  summary.set("images_before", static_cast<std::int64_t>(totals.images_before));
  summary.set("lost", document_of(totals.losses));
  summary.set("lost_before", document_of(all.losses_before));
  summary.set("usage", host::document_of(totals.usage));
  json::Value document;
  document.set("jobs", std::move(jobs));
  document.set("summary", std::move(summary));
  return document;
}

void print_summary(Console& console, const BatchSummary& summary) {
  const std::vector<host::BatchResult>& results = summary.results;
  std::string heading = summary.word;
  std::ranges::transform(heading, heading.begin(), [](unsigned char c) { return std::toupper(c); });
  Table table({heading, "STATE", "FILE", "PROVIDER", "TIME", "NOTE"});
  for (const host::BatchResult& result : results) {
    table.add({std::to_string(result.line),
               std::string(name_of(result.state)),
               files_of(result),
               result.provider.empty() ? "-" : result.provider,
               result.provider.empty() ? "-" : readable_seconds(result.duration),
               note_of(result)});
  }
  table.print(console);
  const Totals totals = totals_of(results);
  std::string line = std::to_string(results.size()) + (results.size() == 1 ? " job" : " jobs");
  for (const host::BatchState state : {host::BatchState::Done,
                                       host::BatchState::DoneBefore,
                                       host::BatchState::Failed,
                                       host::BatchState::NotDone}) {
    const std::size_t count = count_of(totals, state);
    if (count > 0) line += ", " + std::to_string(count) + " " + std::string(name_of(state));
  }
  const std::string usage = words_about(totals.usage);
  console.line(line + (usage.empty() ? "" : "; " + usage));
  const std::string lost = words_about(totals.losses);
  if (!lost.empty()) console.line(lost);
  const std::string lost_before = words_about(summary.losses_before);
  if (!lost_before.empty()) console.line("in earlier runs, " + lost_before);
}

}  // namespace patchbay::cli
