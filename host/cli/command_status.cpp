// `status`: how each provider stands, and what was tried last.
#include "core/base/clock.hpp"
#include "core/base/text.hpp"
#include "host/cli/attempt_view.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/key_view.hpp"
#include "host/cli/table.hpp"
#include "host/cli/usage_view.hpp"
#include "host/cli/values.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

constexpr std::size_t shown_size_max = 100;  // bytes of an error in the table; JSON has all of it
constexpr std::size_t id_beginning_min = 4;  // characters that name an attempt

struct Standing {
  std::string provider;
  bool is_active = true;
  std::map<std::string, std::size_t> keys;  // by state
  std::vector<const ShownKey*> cooling;     // of those that could be used
  std::optional<host::CoolDown> pause;
  std::optional<std::string> last_used;
  std::optional<std::string> last_error_at;
  std::optional<std::string> last_error;
};

std::size_t usable_count(const Standing& standing) {
  std::size_t count = 0;
  for (const char* state : {"active", "used"}) {
    const auto found = standing.keys.find(state);
    if (found != standing.keys.end()) count += found->second;
  }
  return count;
}

std::string state_of(const Standing& standing) {
  if (!standing.is_active) return "provider inactive";
  if (standing.pause) return "left alone until " + sql_timestamp(standing.pause->until_unix_ms);
  return usable_count(standing) == 0 ? "not configured" : "configured";
}

// When the first of the keys that cool down can be used for everything again.
std::int64_t first_end(const Standing& standing) {
  const auto end_of = [](const ShownKey* shown) {
    return std::ranges::max(shown->key.cool_downs, {}, &host::CoolDown::until_unix_ms)
        .until_unix_ms;
  };
  return end_of(std::ranges::min(standing.cooling, {}, end_of));
}

// "1 used, 2 inactive"
std::string words_about_keys(const Standing& standing) {
  std::vector<std::string> words;
  for (const auto& [state, count] : standing.keys) {
    words.push_back(std::to_string(count) + " " + state);
  }
  if (!standing.cooling.empty()) {
    words.push_back("of these " + std::to_string(standing.cooling.size()) + " cooling down, " +
                    "the first until " + sql_timestamp(first_end(standing)));
  }
  return words.empty() ? "none" : joined(words, ", ");
}

json::Value or_null(const std::optional<std::string>& text) {
  return text ? json::Value(*text) : json::Value();
}

json::Value document_of(const Standing& standing) {
  json::Value keys{json::Object{}};
  for (const auto& [state, count] : standing.keys) {
    keys.set(state, static_cast<std::int64_t>(count));
  }
  json::Value cool_downs{json::Array{}};
  for (const ShownKey* shown : standing.cooling) {
    for (const host::CoolDown& it : shown->key.cool_downs) {
      json::Value cool_down = cli::document_of(it);
      cool_down.set("key", shown->key.id);
      cool_downs.append(std::move(cool_down));
    }
  }
  json::Value pause;
  if (standing.pause) {
    pause.set("until", sql_timestamp(standing.pause->until_unix_ms));
    pause.set("reason", standing.pause->reason);
  }
  json::Value document;
  document.set("provider", standing.provider);
  document.set("state", state_of(standing));
  document.set("usable_keys", static_cast<std::int64_t>(usable_count(standing)));
  document.set("keys", std::move(keys));
  document.set("cooling_keys", static_cast<std::int64_t>(standing.cooling.size()));
  document.set("cool_downs", std::move(cool_downs));
  document.set("pause", std::move(pause));
  document.set("last_used", or_null(standing.last_used));
  document.set("last_error", or_null(standing.last_error));
  document.set("last_error_at", or_null(standing.last_error_at));
  return document;
}

// Where no attempt of a key was recorded, the reason why it is off may be all that is known.
void note_key(Standing& standing, const ShownKey& shown) {
  ++standing.keys[shown.state];
  const bool is_usable = shown.state == "active" || shown.state == "used";
  if (is_usable && !shown.key.cool_downs.empty()) standing.cooling.push_back(&shown);
  if (!shown.reason.empty()) standing.last_error = shown.reason;
  standing.last_used = std::max(standing.last_used, shown.key.last_used_at);
}

std::string last_error_of(const Standing& standing) {
  const std::string when = standing.last_error_at ? *standing.last_error_at + " " : "";
  return standing.last_error ? when + shortened(*standing.last_error, shown_size_max) : "-";
}

class StatusCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"status"},
            "How each provider stands, what was used, and what was tried last",
            "  patchbay status\n"
            "  patchbay status --since 7d --by model\n"
            "  patchbay status --since 2026-11-01 --by key --json\n"
            "  patchbay status --provider acme --attempts 50\n"
            "  patchbay status --attempt 1a2b3c4d"};
  }

  std::vector<Option> options() override {
    return {
        {"--provider", "NAME", "This one only", &provider_, propose_providers},
        {"--since", "TIME", "Usage from then on: 24h (the default), 7d, or a date in UTC", &since_},
        {"--by",
         "WHAT",
         "Usage by provider (the default), key, model, environment or user",
         &by_,
         "provider key model environment user"},
        {"--attempts", "N", "How many attempts to show, newest first (10)", &count_},
        {"--attempt",
         "ID",
         "This attempt alone, with all that is known of it; the beginning of an id will do",
         &attempt_}};
  }

  Status run(Context& context) override {
    if (attempt_) return show_attempt(context);
    host::Host& host = *PATCHBAY_TRY(context.host());
    if (provider_) PATCHBAY_TRY(host.registry().provider(*provider_));
    host::AttemptQuery query{.provider = provider_.value_or(""), .count_max = 10};
    if (count_) {
      constexpr NumberRange counts{0, static_cast<std::int64_t>(host::Recorder::query_count_max)};
      query.count_max =
          static_cast<std::size_t>(PATCHBAY_TRY(parse_number("--attempts", *count_, counts)));
    }
    const host::UsageQuery wanted = PATCHBAY_TRY(usage_query(host.clock().unix_ms()));
    Shown shown;
    shown.by = wanted.by;
    shown.keys = PATCHBAY_TRY(shown_keys(context, provider_));
    shown.standings = PATCHBAY_TRY(standings_of(host, shown.keys));
    shown.usage = PATCHBAY_TRY(host::usage_report(host.database(), wanted));
    if (query.count_max > 0) shown.attempts = PATCHBAY_TRY(host.recorder().attempts(query));
    show(context.console(), shown);
    return {};
  }

 private:
  struct Shown {
    std::vector<ShownKey> keys;
    std::vector<Standing> standings;
    host::UsageReport usage;
    host::UsageBy by = host::UsageBy::Provider;
    std::vector<host::Attempt> attempts;
  };

  Result<host::UsageQuery> usage_query(std::int64_t now_unix_ms) const {
    host::UsageQuery query;
    query.provider = provider_.value_or("");
    query.since_unix_ms = PATCHBAY_TRY(parse_since("--since", since_.value_or("24h"), now_unix_ms));
    const auto by = host::usage_by_of(by_.value_or("provider"));
    if (!by) return bad_value("--by", *by_, "one of provider, key, model, environment and user");
    query.by = *by;
    return query;
  }

  Status show_attempt(Context& context) {
    host::Host& host = *PATCHBAY_TRY(context.host());
    if (attempt_->size() < id_beginning_min) {
      return bad_value(
          "--attempt", *attempt_, "an id, or four or more characters of its beginning");
    }
    const host::AttemptQuery query{.id = *attempt_, .count_max = 2};
    const auto found = PATCHBAY_TRY(host.recorder().attempts(query));
    if (found.empty()) {
      return Error{ErrorCode::NotFound,
                   "there is no attempt '" + shortened(printable(*attempt_), 64) + "'",
                   "`patchbay status` lists them"};
    }
    if (found.size() > 1) {
      return Error{ErrorCode::Usage,
                   "the ids of several attempts begin with '" + *attempt_ + "'",
                   "give more of it: `patchbay status --json` has whole ids"};
    }
    context.console().document(cli::document_of(found.front()));
    for (const std::string& line : words_about(found.front())) context.console().line(line);
    return {};
  }

  Result<std::vector<Standing>> standings_of(host::Host& host,
                                             const std::vector<ShownKey>& keys) const {
    std::vector<Standing> standings;
    for (const host::Provider& row : PATCHBAY_TRY(host.registry().providers())) {
      if (provider_ && row.name != *provider_) continue;
      Standing standing;
      standing.provider = row.name;
      standing.is_active = row.is_active;
      standing.pause = row.pause;
      for (const ShownKey& key : keys) {
        if (key.key.provider_id == row.id) note_key(standing, key);
      }
      PATCHBAY_TRY(note_last_error(host, standing));
      standings.push_back(std::move(standing));
    }
    return standings;
  }

  static Status note_last_error(host::Host& host, Standing& standing) {
    constexpr std::size_t attempts_looked_at = 100;
    const host::AttemptQuery query{.provider = standing.provider, .count_max = attempts_looked_at};
    for (const host::Attempt& attempt : PATCHBAY_TRY(host.recorder().attempts(query))) {
      if (!attempt.outcome.failure) continue;
      standing.last_error = std::string(host::to_string(attempt.outcome.failure->category)) + ": " +
                            attempt.outcome.failure->message;
      standing.last_error_at = sql_timestamp(attempt.started_unix_ms);
      break;
    }
    return {};
  }

  static void show(Console& console, const Shown& shown) {
    json::Value providers{json::Array{}};
    Table table({"PROVIDER", "STATE", "KEYS", "LAST USED", "LAST ERROR"});
    for (const Standing& standing : shown.standings) {
      providers.append(document_of(standing));
      table.add({standing.provider,
                 state_of(standing),
                 words_about_keys(standing),
                 standing.last_used.value_or("never"),
                 last_error_of(standing)});
    }
    json::Value rows{json::Array{}};
    Table tried(attempt_table_header());
    for (const host::Attempt& attempt : shown.attempts) {
      rows.append(cli::document_of(attempt));
      tried.add(row_of(attempt));
    }
    json::Value document;
    document.set("providers", std::move(providers));
    document.set("usage", cli::document_of(shown.usage, shown.by, shown.keys));
    document.set("attempts", std::move(rows));
    console.document(document);
    table.print(console);
    if (!shown.usage.rows.empty()) {
      console.line("");
      console.line("Since " + shown.usage.since + " UTC:");
      table_of(shown.usage, shown.by, shown.keys).print(console);
    }
    if (shown.attempts.empty()) return;
    console.line("");
    tried.print(console);
  }

  std::optional<std::string> since_;
  std::optional<std::string> by_;
  std::optional<std::string> provider_;
  std::optional<std::string> count_;
  std::optional<std::string> attempt_;
};

}  // namespace

void add_status_commands(CommandList& list) {
  list.push_back(std::make_unique<StatusCommand>());
}

}  // namespace patchbay::cli
