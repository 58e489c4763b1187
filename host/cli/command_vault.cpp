// `vault status`, `vault export-fernet-key`, `vault import-fernet-key`.
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/credential.hpp"
#include "host/cli/key_view.hpp"
#include "host/cli/values.hpp"
#include "host/vault/slots.hpp"

#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace patchbay::cli {
namespace {

class VaultStatusCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"vault", "status"},
            "Whether the vault opens, and what it protects",
            "  patchbay vault status"};
  }

  Status run(Context& context) override {
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::Vault* vault = PATCHBAY_TRY(host.vault());
    std::size_t keys = 0;
    std::size_t unreadable = 0;
    for (const ShownKey& key : PATCHBAY_TRY(shown_keys(context, {}))) {
      ++keys;
      if (key.fingerprint.empty()) ++unreadable;
    }
    std::error_code failure;
    const std::filesystem::path& owner_file = host.facts().owner_key_file;
    const bool has_owner = std::filesystem::exists(owner_file, failure);
    json::Value document;
    document.set("project_id", host.identity().project_id);
    document.set("generation", host.identity().generation);
    document.set("open", true);
    document.set("opened_with", vault->opened_with().string());
    document.set("fernet_version", vault->active_version());
    document.set("owner_key", owner_file.string());
    document.set("owner_key_present", has_owner);
    const auto slots = PATCHBAY_TRY(host::list_slots(host.database(), host.identity().generation));
    const bool has_recovery = PATCHBAY_TRY(host.has_recovery_code());
    document.set("slots", static_cast<std::int64_t>(slots.size()));
    document.set("recovery_code", has_recovery);
    document.set("keys", static_cast<std::int64_t>(keys));
    document.set("keys_needing_reentry", static_cast<std::int64_t>(unreadable));
    Console& console = context.console();
    console.document(document);
    console.line("project      " + host.identity().project_id);
    console.line("opened with  " + vault->opened_with().string());
    console.line("owner key    " + owner_file.string() +
                 (has_owner ? "" : "  (not there: changes need it, or the owner's password)"));
    console.line("keyslots     " + std::to_string(slots.size()) +
                 (has_recovery ? "" : ", none of them a recovery code"));
    console.line("Fernet key   version " + std::to_string(vault->active_version()));
    console.line("keys         " + std::to_string(keys) + ", of which " +
                 std::to_string(unreadable) + " cannot be decrypted");
    return {};
  }
};

class VaultExportCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"vault", "export-fernet-key"},
            "Print the key that decrypts key_value, for other programs",
            "  patchbay vault export-fernet-key > fernet.key\n"
            "  patchbay vault export-fernet-key --version-number 1"};
  }

  std::vector<Option> options() override {
    return {{"--version-number", "N", "Of which version; else the one in use", &version_}};
  }

  Status run(Context& context) override {
    host::Host& host = *PATCHBAY_TRY(context.host());
    // The owner's to give away, although the service key would do.
    const host::Owner owner = PATCHBAY_TRY(host.owner());
    const host::Vault* vault = PATCHBAY_TRY(host.vault());
    std::int64_t version = vault->active_version();
    if (version_) {
      constexpr NumberRange versions{1, std::numeric_limits<std::int64_t>::max()};
      version = PATCHBAY_TRY(parse_number("--version-number", *version_, versions));
    }
    const SecretBytes text = PATCHBAY_TRY(vault->export_fernet_key(version));
    const host::AuditEvent exported{"vault.export", "version " + std::to_string(version)};
    PATCHBAY_TRY(host::note_event(host.database(), host.author(&owner), exported));
    Console& console = context.console();
    console.warning("whoever has this key can read every stored key of this version");
    if (console.is_json()) {
      json::Value document;
      document.set("fernet_key", text.expose_text());
      document.set("version", version);
      console.document(document);
      return {};
    }
    console.bytes(text.expose());
    console.line("");
    return {};
  }

 private:
  std::optional<std::string> version_;
};

class VaultImportCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"vault", "import-fernet-key"},
            "Keep another system's Fernet key, so that the keys stored under it can be used",
            "  patchbay vault import-fernet-key --fernet-key-file old.key\n"
            "  printenv OLD_KEY | patchbay vault import-fernet-key --fernet-key-stdin --padded"};
  }

  std::vector<Option> options() override {
    return {{"--fernet-key-stdin", "", "Read the key from standard input", &source_.from_stdin},
            {"--fernet-key-file", "FILE", "Read the key from this file", &source_.file},
            {"--padded",
             "",
             "It is a passphrase, padded with NUL or cut to 32 bytes; else 44 characters",
             &padded_}};
  }

  Status run(Context& context) override {
    if (!PATCHBAY_TRY(names_source(source_))) {
      return Error{ErrorCode::Usage,
                   "there is no Fernet key to import",
                   "pass --fernet-key-stdin or --fernet-key-file FILE"};
    }
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::Owner owner = PATCHBAY_TRY(host.owner());
    host::Vault* vault = PATCHBAY_TRY(host.vault());
    if (padded_) source_.form = CredentialForm::Passphrase;
    const SecretBytes text =
        PATCHBAY_TRY(read_credential(source_, SecretBytes(), context.console()));
    PATCHBAY_TRY(context.hide(text));
    const auto key = PATCHBAY_TRY(padded_ ? host::padded_fernet_key(text)
                                          : crypto::FernetKey::parse(text.expose_text()));
    const std::int64_t version = PATCHBAY_TRY(vault->import_fernet_key(host.database(), key));
    const host::AuditEvent imported{"vault.import", "version " + std::to_string(version)};
    PATCHBAY_TRY(host::note_event(host.database(), host.author(&owner), imported));
    json::Value document;
    document.set("version", version);
    context.console().document(document);
    context.console().line("Fernet key imported as version " + std::to_string(version) + ".");
    context.console().note(
        "`patchbay key list` shows the keys it opens; `patchbay key approve` "
        "seals one for use");
    return {};
  }

 private:
  CredentialArguments source_;
  bool padded_ = false;
};

}  // namespace

void add_vault_commands(CommandList& list) {
  list.push_back(std::make_unique<VaultImportCommand>());
  list.push_back(std::make_unique<VaultStatusCommand>());
  list.push_back(std::make_unique<VaultExportCommand>());
}

}  // namespace patchbay::cli
