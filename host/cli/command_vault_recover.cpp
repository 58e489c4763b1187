// `vault recover`: the key files anew, from the recovery code.
#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/crypto/kdf.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/home_setup.hpp"
#include "host/cli/secret_command.hpp"
#include "host/cli/terminal.hpp"
#include "host/vault/key_file.hpp"
#include "host/vault/recovery_code.hpp"
#include "host/vault/slots.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace patchbay::cli {
namespace {

namespace fs = std::filesystem;

class VaultRecoverCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"vault", "recover"},
            "Make lost key files anew, from the recovery code",
            "  patchbay vault recover\n"
            "  patchbay vault recover --recovery-file code.txt"};
  }

  std::vector<Option> options() override {
    return {{"--recovery-file", "FILE", "Read the code from this file", &file_},
            {"--recovery-stdin", "", "Read the code from standard input", &from_stdin_}};
  }

  Status run(Context& context) override {
    const SecretBytes code = PATCHBAY_TRY(read_code());
    PATCHBAY_TRY(context.hide(code));
    const SecretBytes secret = PATCHBAY_TRY(host::secret_of_recovery_code(code.expose_text()));
    host::Host& host = *PATCHBAY_TRY(context.host());
    PATCHBAY_TRY(host.check_initialised());
    const host::SlotSecret way{host::SlotKind::Recovery, secret};
    const host::Vault vault = PATCHBAY_TRY(
        host::Vault::open_by(host.database(), host.identity(), way, "the recovery code"));
    const host::Owner owner =
        PATCHBAY_TRY(host::Owner::open(host.database(), host.identity(), way));
    json::Value made{json::Array{}};
    PATCHBAY_TRY(restore_service_key(host, vault, owner, made));
    PATCHBAY_TRY(restore_owner_key(host, owner, made));
    for (const json::Value& path : *made.array())
      context.console().line("Made " + *path.string() + ".");
    if (made.array()->empty()) context.console().line("Nothing is missing: the code works.");
    json::Value document;
    document.set("made", std::move(made));
    context.console().document(document);
    return {};
  }

 private:
  Result<SecretBytes> read_code() const {
    if (file_ && from_stdin_)
      return Error{ErrorCode::Usage, "--recovery-file and --recovery-stdin exclude each other"};
    if (file_) return read_private_file(*file_, host::recovery_text_size_max);
    if (from_stdin_) return read_secret(STDIN_FILENO, host::recovery_text_size_max, "stdin");
    if (!someone_is_there())
      return Error{ErrorCode::Usage,
                   "no recovery code was given, and there is nobody to ask",
                   "use --recovery-file or --recovery-stdin"};
    const Terminal terminal = PATCHBAY_TRY(Terminal::open());
    return terminal.ask_hidden("Recovery code (hidden): ", host::recovery_text_size_max);
  }

  static bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(path, ignored));
  }

  static Status restore_service_key(host::Host& host,
                                    const host::Vault& vault,
                                    const host::Owner& owner,
                                    json::Value& made) {
    const fs::path& path = host.facts().service_key_flag.empty() ? host.facts().service_key_file
                                                                 : host.facts().service_key_flag;
    if (is_there(path)) return {};
    const host::KeyFile file{host.identity().project_id,
                             PATCHBAY_TRY(crypto::random_secret(host::KeyFile::secret_size))};
    const host::Slot slot =
        PATCHBAY_TRY(vault.slot_for({host::SlotKind::KeyFile, file.secret}, "service"));
    PATCHBAY_TRY(make_private_directory(path.parent_path()));
    PATCHBAY_TRY(host::write_key_file(path, host::KeyFileKind::Service, file));
    PATCHBAY_TRY(host::store_slots(host.database(), host.author(&owner), slot, nullptr));
    made.append(path.string());
    return {};
  }

  static Status restore_owner_key(host::Host& host, const host::Owner& owner, json::Value& made) {
    const fs::path& path = host.facts().owner_key_file;
    if (is_there(path)) return {};
    const host::KeyFile file{host.identity().project_id, PATCHBAY_TRY(owner.seed())};
    PATCHBAY_TRY(make_private_directory(path.parent_path()));
    PATCHBAY_TRY(host::write_key_file(path, host::KeyFileKind::Owner, file));
    made.append(path.string());
    return {};
  }

  std::optional<std::string> file_;
  bool from_stdin_ = false;
};

}  // namespace

void add_vault_recover_commands(CommandList& list) {
  list.push_back(std::make_unique<VaultRecoverCommand>());
}

}  // namespace patchbay::cli
