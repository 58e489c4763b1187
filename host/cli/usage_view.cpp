#include "host/cli/usage_view.hpp"

#include "core/base/text.hpp"
#include "host/cli/progress.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace patchbay::cli {
namespace {

// "ab12cd34 (spare)"
std::string key_words(const std::string& id, const std::vector<ShownKey>& keys) {
  const auto found =
      std::ranges::find(keys, id, [](const ShownKey& shown) { return shown.key.id; });
  if (found == keys.end()) return id.substr(0, 8);
  const std::string name = found->fingerprint.empty() ? id.substr(0, 8) : found->fingerprint;
  return found->key.label.empty() ? name : name + " (" + found->key.label + ")";
}

std::string name_of(const host::UsageRow& row,
                    host::UsageBy by,
                    const std::vector<ShownKey>& keys) {
  std::string name = row.name.empty() ? "-" : row.name;
  if (by == host::UsageBy::Key && !row.name.empty()) name = key_words(row.name, keys);
  return row.provider.empty() ? name : row.provider + " " + name;
}

std::string percent(std::optional<double> rate) {
  if (!rate) return "-";
  // Rounded down: only all of them are 100 %.
  const auto tenths = static_cast<std::int64_t>(std::floor(*rate * 1000));
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "%";
}

std::string seconds(std::optional<std::int64_t> ms) {
  return ms ? readable_seconds(std::chrono::milliseconds(*ms)) : "-";
}

json::Value number_or_null(std::optional<std::int64_t> number) {
  return number ? json::Value(*number) : json::Value();
}

std::string upper_case(std::string_view word) {
  std::string upper(word);
  std::ranges::transform(upper, upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return upper;
}

}  // namespace

json::Value document_of(const host::UsageReport& report,
                        host::UsageBy by,
                        const std::vector<ShownKey>& keys) {
  json::Value rows{json::Array{}};
  for (const host::UsageRow& row : report.rows) {
    const auto rate = row.success_rate();
    json::Value value;
    value.set(host::to_string(by), row.name);
    if (!row.provider.empty()) value.set("provider", row.provider);
    if (by == host::UsageBy::Key) value.set("name", key_words(row.name, keys));
    value.set("attempts", row.attempts);
    value.set("succeeded", row.succeeded);
    value.set("cancelled", row.cancelled);
    value.set("success_rate", rate ? json::Value(*rate) : json::Value());
    value.set("p50_ms", number_or_null(row.p50_ms));
    value.set("p95_ms", number_or_null(row.p95_ms));
    value.set("images", row.images);
    value.set("input_tokens", row.input_tokens);
    value.set("output_tokens", row.output_tokens);
    value.set("cost_usd", static_cast<double>(row.cost_nano_usd) / 1e9);
    rows.append(std::move(value));
  }
  json::Value document;
  document.set("since", report.since);
  document.set("by", host::to_string(by));
  document.set("rows", std::move(rows));
  return document;
}

Table table_of(const host::UsageReport& report,
               host::UsageBy by,
               const std::vector<ShownKey>& keys) {
  Table table({upper_case(host::to_string(by)),
               "ATTEMPTS",
               "SUCCESS",
               "P50",
               "P95",
               "IMAGES",
               "TOKENS IN/OUT",
               "SPENT"});
  for (const host::UsageRow& row : report.rows) {
    table.add(
        {name_of(row, by, keys),
         std::to_string(row.attempts),
         percent(row.success_rate()),
         seconds(row.p50_ms),
         seconds(row.p95_ms),
         std::to_string(row.images),
         std::to_string(row.input_tokens) + "/" + std::to_string(row.output_tokens),
         readable_cost(static_cast<std::uint64_t>(std::max<std::int64_t>(row.cost_nano_usd, 0)))});
  }
  return table;
}

}  // namespace patchbay::cli
