// `key enable`, `disable`, `approve`, `remove`: all of them the owner's.
#include "core/base/text.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/confirmation.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/key_view.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

constexpr std::string_view disabled_reason = "switched off by hand";

// Says what has become of the key.
Status report(Context& context, const std::string& key_id) {
  const ShownKey shown = PATCHBAY_TRY(key_named(context, key_id));
  context.console().document(document_of(shown));
  context.console().line("The " + name_of(shown) + " is " + shown.state + ".");
  return {};
}

// What would be signed for the key as it was shown.
Result<host::KeyStatement> statement_about(host::Host& host, const ShownKey& shown) {
  const host::Provider provider = PATCHBAY_TRY(host.registry().provider(shown.provider));
  return host.registry().statement_of(host.catalog(), provider, shown.key);
}

class KeyChangeCommand : public Command {
 public:
  std::vector<Option> options() override { return {{"KEY", "", "Its fingerprint or id", &name_}}; }

  Status run(Context& context) final {
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::Owner owner = PATCHBAY_TRY(host.owner());
    const ShownKey shown = PATCHBAY_TRY(key_named(context, name_));
    return change(context, shown, owner);
  }

 protected:
  [[nodiscard]] virtual Status change(Context& context,
                                      const ShownKey& shown,
                                      const host::Owner& owner) = 0;

 private:
  std::optional<std::string> name_;
};

class KeyEnableCommand final : public KeyChangeCommand {
 public:
  CommandWords words() const override {
    return {{"key", "enable"}, "Switch a key on again", "  patchbay key enable 1a2b3c4d"};
  }

 protected:
  Status change(Context& context, const ShownKey& shown, const host::Owner& owner) override {
    host::Host& host = *PATCHBAY_TRY(context.host());
    PATCHBAY_TRY(host.registry().enable_key(host.catalog(), shown.key.id, owner));
    const host::KeyStatement statement = PATCHBAY_TRY(statement_about(host, shown));
    context.console().note("It is sent to " + joined(statement.origins, ", ") + ".");
    return report(context, shown.key.id);
  }
};

class KeyDisableCommand final : public KeyChangeCommand {
 public:
  CommandWords words() const override {
    return {{"key", "disable"}, "Switch a key off", "  patchbay key disable 1a2b3c4d"};
  }

 protected:
  Status change(Context& context, const ShownKey& shown, const host::Owner&) override {
    host::Host& host = *PATCHBAY_TRY(context.host());
    PATCHBAY_TRY(host.registry().deactivate_key(shown.key.id, disabled_reason));
    return report(context, shown.key.id);
  }
};

class KeyApproveCommand final : public KeyChangeCommand {
 public:
  CommandWords words() const override {
    return {{"key", "approve"},
            "Seal a key as it stands, after a look at where it would be sent",
            "  patchbay key approve 1a2b3c4d\n  patchbay key approve 1a2b3c4d --yes"};
  }

  std::vector<Option> options() override {
    std::vector<Option> options = KeyChangeCommand::options();
    options.push_back({"--yes", "", "Do not ask", &yes_});
    return options;
  }

 protected:
  Status change(Context& context, const ShownKey& shown, const host::Owner& owner) override {
    host::Host& host = *PATCHBAY_TRY(context.host());
    ShownKey known = shown;
    if (known.key.key_version == 0)
      known.key.key_version = PATCHBAY_TRY(found_version(host, known.key));
    const host::KeyStatement statement = PATCHBAY_TRY(statement_about(host, known));
    PATCHBAY_TRY(confirm(context,
                         "The " + name_of(shown) + " would be sent to " +
                             joined(statement.origins, ", ") + ", for environment '" +
                             statement.environment + "'.",
                         yes_));
    PATCHBAY_TRY(host.registry().seal_key(host.catalog(), shown.key.id, owner, statement));
    return report(context, shown.key.id);
  }

 private:
  // Another program stored it, and did not say with which version of the Fernet key.
  static Result<std::int64_t> found_version(host::Host& host, const host::Key& key) {
    const host::Vault* vault = PATCHBAY_TRY(host.vault());
    const std::int64_t version = PATCHBAY_TRY(vault->version_that_opens(key.token));
    PATCHBAY_TRY(host.registry().set_version(key.id, version));
    return version;
  }

  bool yes_ = false;
};

class KeyRemoveCommand final : public KeyChangeCommand {
 public:
  CommandWords words() const override {
    return {{"key", "remove"},
            "Delete a key for good",
            "  patchbay key remove 1a2b3c4d\n  patchbay key remove 1a2b3c4d --yes"};
  }

  std::vector<Option> options() override {
    std::vector<Option> options = KeyChangeCommand::options();
    options.push_back({"--yes", "", "Do not ask", &yes_});
    return options;
  }

 protected:
  Status change(Context& context, const ShownKey& shown, const host::Owner& owner) override {
    host::Host& host = *PATCHBAY_TRY(context.host());
    PATCHBAY_TRY(confirm(context, "The " + name_of(shown) + " will be deleted.", yes_));
    PATCHBAY_TRY(host.registry().remove_key(shown.key.id, owner));
    json::Value document;
    document.set("removed", shown.key.id);
    context.console().document(document);
    context.console().line("The " + name_of(shown) + " is deleted.");
    return {};
  }

 private:
  bool yes_ = false;
};

}  // namespace

void add_key_change_commands(CommandList& list) {
  list.push_back(std::make_unique<KeyEnableCommand>());
  list.push_back(std::make_unique<KeyDisableCommand>());
  list.push_back(std::make_unique<KeyApproveCommand>());
  list.push_back(std::make_unique<KeyRemoveCommand>());
}

}  // namespace patchbay::cli
