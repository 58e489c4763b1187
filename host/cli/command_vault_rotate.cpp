// `vault rotate`: the stored keys under the next version of the Fernet key.
#include "core/store/scrub.hpp"
#include "core/store/transaction.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"

#include <memory>
#include <string>

namespace patchbay::cli {
namespace {

// A kill at any point leaves each key under one version or the other, both of which open; the next
// call goes on from there.
class VaultRotateCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"vault", "rotate"},
            "Encrypt all stored keys anew, with the next version of the Fernet key",
            "  patchbay vault rotate"};
  }

  Status run(Context& context) override {
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::Owner owner = PATCHBAY_TRY(host.owner());
    host::Vault& vault = *PATCHBAY_TRY(host.vault());
    std::int64_t moved = PATCHBAY_TRY(move_all(host, vault, owner));
    if (moved == 0) {
      PATCHBAY_TRY(begin(host, vault, owner));
      moved = PATCHBAY_TRY(move_all(host, vault, owner));
    }
    const auto left = PATCHBAY_TRY(host.registry().keys_of_older_versions(vault));
    PATCHBAY_TRY(host::Vault::retire_versions(host.database()));
    const store::Scrubbed scrubbed = PATCHBAY_TRY(store::scrub(host.database()));
    report(context.console(), vault, {moved, static_cast<std::int64_t>(left.size()), scrubbed});
    return {};
  }

 private:
  struct Outcome {
    std::int64_t moved = 0;
    std::int64_t left = 0;
    store::Scrubbed scrubbed = store::Scrubbed::Yes;
  };

  static Result<std::int64_t> move_all(host::Host& host,
                                       const host::Vault& vault,
                                       const host::Owner& owner) {
    std::int64_t moved = 0;
    const auto ids = PATCHBAY_TRY(host.registry().keys_of_older_versions(vault));
    for (const std::string& id : ids)
      if (PATCHBAY_TRY(host.registry().move_token(id, vault, owner))) ++moved;
    return moved;
  }

  static Status begin(host::Host& host, host::Vault& vault, const host::Owner& owner) {
    store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(host.database()));
    const std::int64_t version = PATCHBAY_TRY(vault.begin_version(host.database()));
    const host::AuditEvent begun{"vault.rotate", "version " + std::to_string(version)};
    PATCHBAY_TRY(host::write_audit(host.database(), host.author(&owner), begun));
    return transaction.commit();
  }

  static void report(Console& console, const host::Vault& vault, const Outcome& outcome) {
    json::Value document;
    document.set("version", vault.active_version());
    document.set("moved", outcome.moved);
    document.set("left", outcome.left);
    document.set("scrubbed", outcome.scrubbed == store::Scrubbed::Yes);
    console.document(document);
    console.line("The stored keys are under version " + std::to_string(vault.active_version()) +
                 " of the Fernet key: " + std::to_string(outcome.moved) + " were encrypted anew.");
    if (outcome.left > 0)
      console.warning(std::to_string(outcome.left) +
                      " keys stay under an older version: nobody signed for them as they are, or "
                      "they do not open; see `patchbay key list`");
    if (outcome.scrubbed == store::Scrubbed::Later)
      console.warning(
          "old tokens may still be in the database's log, which another program reads; run this "
          "again when it is done");
    console.note(
        "Whoever had the old Fernet key and a copy of the database knows the keys in it: replace "
        "those at the providers (`patchbay key rotate`).");
  }
};

}  // namespace

void add_vault_rotate_commands(CommandList& list) {
  list.push_back(std::make_unique<VaultRotateCommand>());
}

}  // namespace patchbay::cli
