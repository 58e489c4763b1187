// `key list`, `key verify`.
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/key_view.hpp"
#include "host/cli/table.hpp"
#include "host/engine/models_sink.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

class KeyListCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"key", "list"},
            "All keys, by fingerprint, with their state",
            "  patchbay key list\n  patchbay key list --provider acme --json"};
  }

  std::vector<Option> options() override {
    return {{"--provider", "NAME", "Only this provider's", &provider_, propose_providers}};
  }

  Status run(Context& context) override {
    json::Value rows{json::Array{}};
    Table table({"FINGERPRINT",
                 "ID",
                 "PROVIDER",
                 "ENV",
                 "USER",
                 "LABEL",
                 "PRIORITY",
                 "STATE",
                 "LAST USED",
                 "COOLS DOWN",
                 "REASON"});
    for (const ShownKey& shown : PATCHBAY_TRY(shown_keys(context, provider_))) {
      const host::Key& key = shown.key;
      rows.append(document_of(shown));
      table.add({or_dash(shown.fingerprint),
                 key.id.substr(0, 8),
                 shown.provider,
                 key.environment,
                 or_dash(key.user),
                 or_dash(key.label),
                 std::to_string(key.priority),
                 shown.state,
                 key.last_used_at.value_or("never"),
                 or_dash(cool_downs_of(key)),
                 shown.reason});
    }
    json::Value document;
    document.set("keys", std::move(rows));
    context.console().document(document);
    table.print(context.console());
    return {};
  }

 private:
  std::optional<std::string> provider_;
};

class KeyVerifyCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"key", "verify"},
            "Ask the provider whether a stored key works",
            "  patchbay key verify 1a2b3c4d"};
  }

  std::vector<Option> options() override { return {{"KEY", "", "Its fingerprint or id", &name_}}; }

  Status run(Context& context) override {
    const ShownKey shown = PATCHBAY_TRY(key_named(context, name_));
    host::Host& host = *PATCHBAY_TRY(context.host());
    if (!shown.key.is_active) {
      return Error{ErrorCode::Inactive,
                   "this key is switched off, so it is not used at all",
                   "switch it on first: patchbay key enable " + *name_,
                   shown.provider};
    }
    host::Candidate candidate = PATCHBAY_TRY(host.candidate_without_key(shown.provider));
    if (!candidate.adapter.manifest().can(host::Operation::Verify)) {
      return Error{ErrorCode::NoAdapter,
                   "the plugin of '" + shown.provider + "' cannot check keys",
                   {},
                   shown.provider};
    }
    candidate.key = shown.key;
    host::Request request = request_for(shown, host);
    host::ModelsSink sink;
    const host::SinkSource into_sink = [&sink]() -> Result<host::Sink*> { return &sink; };
    const auto start = [&](host::Runner& runner, host::Runner::Done done) {
      return runner.start(std::move(request), {std::move(candidate)}, into_sink, std::move(done));
    };
    PATCHBAY_TRY(context.run("Checking the key", start));
    json::Value document;
    document.set("id", shown.key.id);
    document.set("verified", true);
    context.console().document(document);
    context.console().line("The " + name_of(shown) + " works.");
    return {};
  }

 private:
  static host::Request request_for(const ShownKey& shown, const host::Host& host) {
    host::Request request;
    request.operation = host::Operation::Verify;
    request.provider = shown.provider;
    request.environment = shown.key.environment;
    request.user = shown.key.user;
    request.deadline = host.deadline_of(host::Operation::Verify);
    return request;
  }

  std::optional<std::string> name_;
};

}  // namespace

void add_key_view_commands(CommandList& list) {
  list.push_back(std::make_unique<KeyListCommand>());
  list.push_back(std::make_unique<KeyVerifyCommand>());
}

}  // namespace patchbay::cli
