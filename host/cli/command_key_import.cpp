// `key import`: keys that stand in environment variables or in a .env file.
#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/env_file.hpp"
#include "host/cli/key_storing.hpp"
#include "host/cli/recovery.hpp"
#include "host/cli/secret_command.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

// A variable that a plugin names for its keys, with what it holds.
struct FoundKey {
  std::string provider;
  std::string variable;
  SecretBytes credential;
};

class KeyImportCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"key", "import"},
            "Store the keys that are in the environment, or in a .env file",
            "  patchbay key import --from-environment\n"
            "  patchbay key import --env-file .env --provider acme"};
  }

  std::vector<Option> options() override {
    std::vector<Option> options{
        {"--from-environment", "", "Look at the variables of this command", &from_environment_},
        {"--env-file", "FILE", "Look at the lines NAME=VALUE of this file", &file_},
        {"--provider", "NAME", "Only this provider's", &arguments_.provider, propose_providers},
        {"--no-verify", "", "Do not ask the providers whether they work", &arguments_.no_verify}};
    add_recovery_options(options, recovery_);
    return options;
  }

  Status run(Context& context) override {
    if (from_environment_ == file_.has_value())
      return Error{ErrorCode::Usage,
                   "where are the keys?",
                   "pass either --from-environment or --env-file FILE"};
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::Owner owner = PATCHBAY_TRY(host.owner());
    PATCHBAY_TRY(settle_recovery(context, owner, recovery_, NoAnswer::WriteFile));
    const std::vector<FoundKey> found = PATCHBAY_TRY(find(context));
    json::Value rows{json::Array{}};
    std::optional<Error> failure;
    for (const FoundKey& key : found) {
      const Status stored = import_one(context, owner, key, rows);
      if (stored.ok()) continue;
      context.console().warning(key.variable + ": " + stored.error().message);
      if (!failure) failure = stored.error();
    }
    if (failure) return *failure;
    json::Value document;
    document.set("keys", std::move(rows));
    context.console().document(document);
    return {};
  }

 private:
  Result<SecretBytes> read_file_text(Context& context) const {
    const FileDescriptor file(::open(file_->c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) return file_error(ErrorCode::BadInput, "open", *file_, errno);
    SecretBytes text = PATCHBAY_TRY(read_secret(file.get(), env_file_size_max, *file_));
    context.console().note("Delete the keys from " + *file_ + " once they are stored.");
    return text;
  }

  // For each provider the first of its variables that is set.
  Result<std::vector<FoundKey>> find(Context& context) const {
    host::Host& host = *PATCHBAY_TRY(context.host());
    SecretBytes text;
    if (file_) text = PATCHBAY_TRY(read_file_text(context));
    std::vector<FoundKey> found;
    std::vector<std::string> names;
    for (const host::Adapter& adapter : host.catalog().adapters()) {
      const host::AdapterManifest& manifest = adapter.manifest();
      if (arguments_.provider && *arguments_.provider != manifest.name) continue;
      for (const std::string& variable : manifest.key_environment_variables) {
        names.push_back(variable);
        const std::string_view value = value_of(text, variable);
        if (value.empty()) continue;
        FoundKey key{manifest.name, variable, PATCHBAY_TRY(SecretBytes::copy_of(value))};
        PATCHBAY_TRY(context.hide(key.credential));
        found.push_back(std::move(key));
        break;
      }
    }
    if (!found.empty()) return found;
    return Error{
        ErrorCode::NotFound,
        (file_ ? *file_ + " sets none of " : std::string("the environment sets none of ")) +
            (names.empty() ? "the variables that plugins name" : joined(names, ", ")),
        "set one of them, or use `patchbay configure`"};
  }

  std::string_view value_of(const SecretBytes& text, const std::string& variable) const {
    if (file_) return value_in_env_file(text.expose_text(), variable);
    const char* value = ::secure_getenv(variable.c_str());
    return value == nullptr ? std::string_view() : trimmed(value);
  }

  Status import_one(Context& context,
                    const host::Owner& owner,
                    const FoundKey& key,
                    json::Value& rows) const {
    SecretBytes raw = PATCHBAY_TRY(SecretBytes::copy_of(key.credential.expose()));
    SecretBytes credential = PATCHBAY_TRY(checked_credential(std::move(raw)));
    KeyPlan plan = PATCHBAY_TRY(plan_for(key.provider, arguments_, context));
    json::Value row;
    row.set("provider", key.provider);
    row.set("variable", key.variable);
    if (!PATCHBAY_TRY(active_keys_beside(plan, context)).empty()) {
      row.set("stored", false);
      rows.append(std::move(row));
      context.console().line("Provider '" + key.provider + "' has a key already: " + key.variable +
                             " was not imported.");
      return {};
    }
    plan.beside = host::Registry::Beside::None;
    context.console().note(words_about_origins(plan));
    if (!arguments_.no_verify) PATCHBAY_TRY(verify_credential(plan, credential, context));
    const host::Key stored = PATCHBAY_TRY(store_credential(plan, credential, owner, context));
    row.set("stored", true);
    row.set("id", stored.id);
    rows.append(std::move(row));
    context.console().line("Imported " + key.variable + " as the key of '" + key.provider + "'.");
    return {};
  }

  KeyArguments arguments_;
  RecoveryArguments recovery_;
  std::optional<std::string> file_;
  bool from_environment_ = false;
};

}  // namespace

void add_key_import_commands(CommandList& list) {
  list.push_back(std::make_unique<KeyImportCommand>());
}

}  // namespace patchbay::cli
