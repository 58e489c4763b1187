// `status`: how each provider stands, and what was tried last.
#include "host/cli/attempt_view.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/key_view.hpp"
#include "host/cli/table.hpp"
#include "host/cli/values.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

struct Standing {
  std::string provider;
  bool is_active = true;
  std::size_t usable_keys = 0;
  std::string last_used = "-";
  std::string last_error = "-";
};

bool is_usable(const ShownKey& key) {
  return key.state == "active" || key.state == "used";
}

std::string key_state_of(const Standing& standing) {
  if (!standing.is_active) return "provider inactive";
  return standing.usable_keys == 0 ? "not configured" : "configured";
}

json::Value document_of(const Standing& standing) {
  json::Value document;
  document.set("provider", standing.provider);
  document.set("state", key_state_of(standing));
  document.set("usable_keys", static_cast<std::int64_t>(standing.usable_keys));
  document.set("last_used", standing.last_used == "-" ? json::Value() : standing.last_used);
  document.set("last_error", standing.last_error == "-" ? json::Value() : standing.last_error);
  return document;
}

class StatusCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"status"},
            "How each provider stands, and what was tried last",
            "  patchbay status\n"
            "  patchbay status --provider acme --attempts 50\n"
            "  patchbay status --attempt 1a2b3c4d-0000-4000-8000-000000000000 --json"};
  }

  std::vector<Option> options() override {
    return {{"--provider", "NAME", "This one only", &provider_},
            {"--attempts", "N", "How many attempts to show, newest first (10)", &count_},
            {"--attempt", "ID", "This attempt alone, with all that is known of it", &attempt_}};
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
    const auto standings = PATCHBAY_TRY(standings_of(context));
    std::vector<host::Attempt> attempts;
    if (query.count_max > 0) attempts = PATCHBAY_TRY(host.recorder().attempts(query));
    show(context.console(), standings, attempts);
    return {};
  }

 private:
  Status show_attempt(Context& context) {
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::AttemptQuery query{.id = *attempt_, .count_max = 1};
    const auto found = PATCHBAY_TRY(host.recorder().attempts(query));
    if (found.empty()) {
      return Error{ErrorCode::NotFound,
                   "there is no attempt '" + *attempt_ + "'",
                   "`patchbay status --json` lists whole ids"};
    }
    const json::Value document = cli::document_of(found.front());
    context.console().document(document);
    context.console().line(json::write(document, json::Layout::Indented));
    return {};
  }

  Result<std::vector<Standing>> standings_of(Context& context) {
    host::Host& host = *PATCHBAY_TRY(context.host());
    const std::vector<ShownKey> keys = PATCHBAY_TRY(shown_keys(context, provider_));
    std::vector<Standing> standings;
    for (const host::Provider& row : PATCHBAY_TRY(host.registry().providers())) {
      if (provider_ && row.name != *provider_) continue;
      Standing standing{.provider = row.name, .is_active = row.is_active};
      for (const ShownKey& key : keys) {
        if (key.key.provider_id != row.id) continue;
        if (is_usable(key)) ++standing.usable_keys;
        if (!key.reason.empty()) standing.last_error = key.reason;
        standing.last_used = std::max(standing.last_used, key.key.last_used_at.value_or("-"));
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
      break;
    }
    return {};
  }

  static void show(Console& console,
                   const std::vector<Standing>& standings,
                   const std::vector<host::Attempt>& attempts) {
    json::Value providers{json::Array{}};
    Table table({"PROVIDER", "STATE", "KEYS", "LAST USED", "LAST ERROR"});
    for (const Standing& standing : standings) {
      providers.append(document_of(standing));
      table.add({standing.provider,
                 key_state_of(standing),
                 std::to_string(standing.usable_keys),
                 standing.last_used,
                 standing.last_error});
    }
    json::Value rows{json::Array{}};
    Table tried(attempt_table_header());
    for (const host::Attempt& attempt : attempts) {
      rows.append(cli::document_of(attempt));
      tried.add(row_of(attempt));
    }
    json::Value document;
    document.set("providers", std::move(providers));
    document.set("attempts", std::move(rows));
    console.document(document);
    table.print(console);
    if (attempts.empty()) return;
    console.line("");
    tried.print(console);
  }

  std::optional<std::string> provider_;
  std::optional<std::string> count_;
  std::optional<std::string> attempt_;
};

}  // namespace

void add_status_commands(CommandList& list) {
  list.push_back(std::make_unique<StatusCommand>());
}

}  // namespace patchbay::cli
