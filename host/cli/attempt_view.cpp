#include "host/cli/attempt_view.hpp"

#include "core/base/clock.hpp"
#include "core/base/text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace patchbay::cli {
namespace {

void set_count(json::Value& document, std::string_view key, std::optional<std::uint64_t> count) {
  document.set(key, count ? json::Value(*count) : json::Value());
}

std::string tokens_of(const host::Usage& usage) {
  if (!usage.input_tokens && !usage.output_tokens) return "-";
  return std::to_string(usage.input_tokens.value_or(0)) + "/" +
         std::to_string(usage.output_tokens.value_or(0));
}

std::string outcome_of(const host::AttemptOutcome& outcome) {
  return outcome.failure ? std::string(host::to_string(outcome.failure->category)) : "ok";
}

}  // namespace

json::Value document_of(const host::Attempt& attempt) {
  const host::AttemptOutcome& outcome = attempt.outcome;
  json::Value document;
  document.set("id", attempt.id);
  document.set("request_id", attempt.request_id);
  document.set("provider", attempt.provider);
  document.set("key_id", attempt.key_id);
  document.set("adapter", attempt.adapter);
  document.set("operation", host::to_string(attempt.operation));
  document.set("model", attempt.model);
  document.set("environment", attempt.environment);
  document.set("user", attempt.user);
  document.set("started_at", sql_timestamp(attempt.started_unix_ms));
  document.set("outcome", outcome_of(outcome));
  document.set("latency_ms", static_cast<std::int64_t>(outcome.latency.count()));
  document.set("latency_first_ms",
               outcome.latency_first
                   ? json::Value(static_cast<std::int64_t>(outcome.latency_first->count()))
                   : json::Value());
  set_count(document, "input_tokens", outcome.usage.input_tokens);
  set_count(document, "output_tokens", outcome.usage.output_tokens);
  set_count(document, "total_tokens", outcome.usage.total_tokens);
  set_count(document, "images", outcome.usage.images);
  document.set("cost_usd",
               outcome.usage.cost_nano_usd
                   ? json::Value(static_cast<double>(*outcome.usage.cost_nano_usd) / 1e9)
                   : json::Value());
  const std::string& source = attempt.outcome.usage.cost_source;
  document.set("cost_source", source.empty() ? json::Value() : json::Value(source));
  document.set("bytes_sent", outcome.bytes_sent);
  document.set("bytes_received", outcome.bytes_received);
  if (outcome.failure) {
    document.set("http_status", static_cast<std::int64_t>(outcome.failure->http_status));
    document.set("provider_code", outcome.failure->provider_code);
    document.set("message", outcome.failure->message);
    document.set("billed", host::to_string(outcome.failure->billed));
  }
  return document;
}

std::vector<std::string> words_about(const host::Attempt& attempt) {
  constexpr std::size_t name_width = 18;
  std::vector<std::string> lines;
  const json::Value document = document_of(attempt);
  for (const auto& [name, value] : *document.object()) {
    const std::string* text = value.string();
    if (value.is_null() || (text != nullptr && text->empty())) continue;
    std::string line = name;
    std::ranges::replace(line, '_', ' ');
    line.append(name_width - std::min(name_width - 1, line.size()), ' ');
    lines.push_back(line + (text != nullptr ? printable(*text) : json::write(value)));
  }
  return lines;
}

std::vector<std::string> attempt_table_header() {
  return {"STARTED", "ID", "PROVIDER", "OPERATION", "MODEL", "OUTCOME", "MS", "TOKENS IN/OUT"};
}

std::vector<std::string> row_of(const host::Attempt& attempt) {
  return {sql_timestamp(attempt.started_unix_ms),
          attempt.id.substr(0, 8),
          attempt.provider,
          std::string(host::to_string(attempt.operation)),
          attempt.model.empty() ? "-" : attempt.model,
          outcome_of(attempt.outcome),
          std::to_string(attempt.outcome.latency.count()),
          tokens_of(attempt.outcome.usage)};
}

}  // namespace patchbay::cli
