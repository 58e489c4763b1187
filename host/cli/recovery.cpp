#include "host/cli/recovery.hpp"

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/crypto/kdf.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/credential.hpp"
#include "host/cli/terminal.hpp"
#include "host/vault/recovery_code.hpp"
#include "host/vault/slots.hpp"

#include <algorithm>
#include <system_error>

namespace patchbay::cli {
namespace {

constexpr std::size_t last_group_size = 4;
constexpr std::string_view recovery_file_name = "recovery.code";

// Shown once; it counts when the person proves to have it.
Status show_code(const SecretBytes& code) {
  const Terminal terminal = PATCHBAY_TRY(Terminal::open());
  terminal.say("Recovery code, for the day when the key files are lost:\n\n    ");
  terminal.say(code.expose_text());
  terminal.say("\n\nWrite it down. It is shown this once, and kept nowhere.\n");
  const std::string_view last = code.expose_text().substr(code.size() - last_group_size);
  for (int tries = 0; tries < prompt_tries_max; ++tries) {
    const std::string typed = PATCHBAY_TRY(terminal.ask("Its last four characters: "));
    if (equal_ignoring_case(typed, last)) return {};
    terminal.say("That is not what it ends with.\n");
  }
  return Error{ErrorCode::BadInput,
               "the recovery code was not confirmed; it counts for nothing",
               "run this again, or pass --no-recovery to go without one"};
}

Status write_code(const SecretBytes& code, const std::string& file) {
  AtomicFile out = PATCHBAY_TRY(AtomicFile::create(file, 0600, IfExists::Fail));
  PATCHBAY_TRY(out.write(code.expose()));
  PATCHBAY_TRY(out.write("\n"));
  return out.commit();
}

// A script that stores a key goes on; what it cannot be asked is put where its owner finds it.
Status write_unasked(Context& context, const host::Owner& owner) {
  const host::Host& host = *PATCHBAY_TRY(context.host());
  const std::filesystem::path file = host.facts().owner_key_file.parent_path() / recovery_file_name;
  PATCHBAY_TRY(make_recovery_code(context, owner, file.string()));
  context.console().warning(
      "a recovery code was made: " + file.string() +
      ". It makes lost key files anew, so keep it where they are not: on paper, or on another "
      "machine; --recovery-file FILE chooses the place, --no-recovery goes without");
  return {};
}

Result<bool> has_stored_key(host::Host& host) {
  const auto keys = PATCHBAY_TRY(host.registry().keys(host.catalog()));
  return std::ranges::any_of(
      keys, [](const host::Key& key) { return key.seal != host::SealState::Unsealed; });
}

}  // namespace

void add_recovery_options(std::vector<Option>& options, RecoveryArguments& arguments) {
  options.push_back({"--recovery-file",
                     "FILE",
                     "Write a recovery code there, if there is none yet",
                     &arguments.file});
  options.push_back({"--no-recovery", "", "Go without a recovery code", &arguments.is_refused});
}

Status check_recovery_options(const RecoveryArguments& arguments) {
  if (!arguments.file || !arguments.is_refused) return {};
  return Error{ErrorCode::Usage, "--recovery-file and --no-recovery exclude each other"};
}

Result<std::string> make_recovery_code(Context& context,
                                       const host::Owner& owner,
                                       const std::optional<std::string>& file) {
  host::Host& host = *PATCHBAY_TRY(context.host());
  const host::Vault* vault = PATCHBAY_TRY(host.vault());
  const SecretBytes secret = PATCHBAY_TRY(crypto::random_secret(host::recovery_secret_size_bytes));
  const SecretBytes code = PATCHBAY_TRY(host::recovery_code_of(secret));
  PATCHBAY_TRY(context.hide(code));
  const host::SlotSecret way{host::SlotKind::Recovery, secret};
  const host::Slot opening = PATCHBAY_TRY(vault->slot_for(way, owner.name()));
  const host::Slot signing =
      PATCHBAY_TRY(owner.slot_for(host.identity().project_id, way, opening.id));
  PATCHBAY_TRY(file ? write_code(code, *file) : show_code(code));
  const Status stored = host::store_slots(host.database(), host.author(&owner), opening, &signing);
  if (stored.ok()) return opening.id;
  std::error_code ignored;
  if (file) std::filesystem::remove(*file, ignored);
  return stored.error();
}

Status settle_recovery(Context& context,
                       const host::Owner& owner,
                       const RecoveryArguments& arguments,
                       NoAnswer no_answer) {
  PATCHBAY_TRY(check_recovery_options(arguments));
  host::Host& host = *PATCHBAY_TRY(context.host());
  if (PATCHBAY_TRY(host.has_recovery_code())) return {};
  if (arguments.is_refused)
    return host::set_config_value(host.facts().home.config_file, "vault.recovery", "refused");
  if (arguments.file) {
    PATCHBAY_TRY(make_recovery_code(context, owner, arguments.file));
    context.console().note("The recovery code is in " + *arguments.file +
                           ": keep it where the key files are not.");
    return {};
  }
  if (host.config().vault_recovery == "refused" || PATCHBAY_TRY(has_stored_key(host))) return {};
  if (someone_is_there()) {
    PATCHBAY_TRY(make_recovery_code(context, owner, {}));
    return {};
  }
  if (no_answer == NoAnswer::WriteFile) return write_unasked(context, owner);
  context.console().warning(
      "no recovery code was made yet: with service.key lost, every stored key would be lost; the "
      "first key that is stored makes one, unless --recovery-file FILE or --no-recovery comes "
      "first");
  return {};
}

}  // namespace patchbay::cli
