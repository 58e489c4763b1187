// What was used over a span of time, by one aspect.
#pragma once

#include "core/store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

enum class UsageBy : std::uint8_t { Provider, Key, Model, Environment, User };
[[nodiscard]] std::string_view to_string(UsageBy by) noexcept;  // "provider", …
[[nodiscard]] std::optional<UsageBy> usage_by_of(std::string_view word) noexcept;

struct UsageQuery {
  UsageBy by = UsageBy::Provider;
  std::int64_t since_unix_ms = 0;
  std::string provider{};  // empty: any
};

// Of images and chats; lists of models and checks of keys are not counted.
struct UsageRow {
  std::string name;      // the provider, the key's id, the model, …; may be empty
  std::string provider;  // of a key or a model: whose
  std::int64_t attempts = 0;
  std::int64_t succeeded = 0;
  std::int64_t cancelled = 0;
  // Of those that succeeded, as far as their rows are still kept.
  std::optional<std::int64_t> p50_ms;
  std::optional<std::int64_t> p95_ms;
  std::int64_t images = 0;
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t cost_nano_usd = 0;

  // Of what was not interrupted; empty: there was nothing.
  [[nodiscard]] std::optional<double> success_rate() const {
    const std::int64_t counted = attempts - cancelled;
    if (counted <= 0) return std::nullopt;
    return static_cast<double>(succeeded) / static_cast<double>(counted);
  }
};

struct UsageReport {
  std::string since;  // the full hour that the span begins with
  std::vector<UsageRow> rows;
};

// The most expensive first.
[[nodiscard]] Result<UsageReport> usage_report(store::Database& database, const UsageQuery& query);

}  // namespace patchbay::host
