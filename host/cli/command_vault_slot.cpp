// `vault slot add`, `list`, `remove`, `export`, `restore`: the owner's, but for looking.
#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/crypto/kdf.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/confirmation.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/home_setup.hpp"
#include "host/cli/password.hpp"
#include "host/cli/recovery.hpp"
#include "host/cli/table.hpp"
#include "host/cli/terminal.hpp"
#include "host/vault/key_file.hpp"
#include "host/vault/slots.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace patchbay::cli {
namespace {

struct KindWord {
  std::string_view word;
  host::SlotKind kind;
};
constexpr std::array kind_words{KindWord{"password", host::SlotKind::Password},
                                KindWord{"key-file", host::SlotKind::KeyFile},
                                KindWord{"credential", host::SlotKind::Credential},
                                KindWord{"environment", host::SlotKind::Environment},
                                KindWord{"recovery", host::SlotKind::Recovery}};

Result<host::SlotKind> kind_named(const std::optional<std::string>& word) {
  for (const KindWord& known : kind_words)
    if (word == known.word) return known.kind;
  return Error{ErrorCode::Usage,
               word ? "there is no kind of keyslot '" + printable(shortened(*word, 32)) + "'"
                    : std::string("which kind of keyslot?"),
               "name one of password, key-file, credential, environment, recovery"};
}

json::Value document_of(const host::SlotView& view) {
  json::Value row;
  row.set("id", view.slot.id);
  row.set("kind", view.slot.kind);
  row.set("subject", view.slot.subject);
  row.set("opens_vault", view.opens_vault && view.is_current);
  row.set("signs", view.signs);
  row.set("generation", view.slot.generation);
  row.set("created_at", view.slot.created_at);
  row.set("problem", view.problem);
  return row;
}

std::string uses_of(const host::SlotView& view) {
  if (view.opens_vault && view.signs) return "opens, signs";
  return view.opens_vault ? "opens" : "signs";
}

class SlotListCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"vault", "slot", "list"},
            "The ways that open the vault, or the owner's signing key",
            "  patchbay vault slot list"};
  }

  Status run(Context& context) override {
    host::Host& host = *PATCHBAY_TRY(context.host());
    json::Value rows{json::Array{}};
    Table table({"ID", "KIND", "WHOSE", "USE", "MADE", "PROBLEM"});
    for (const host::SlotView& view :
         PATCHBAY_TRY(host::list_slots(host.database(), host.identity().generation))) {
      rows.append(document_of(view));
      table.add({view.slot.id.substr(0, 8),
                 view.slot.kind,
                 view.slot.subject,
                 uses_of(view),
                 view.slot.created_at,
                 view.problem});
    }
    json::Value document;
    document.set("slots", std::move(rows));
    context.console().document(document);
    table.print(context.console());
    return {};
  }
};

class SlotAddCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"vault", "slot", "add"},
            "Add a way that opens the vault",
            "  patchbay vault slot add password\n"
            "  patchbay vault slot add recovery --out code.txt\n"
            "  patchbay vault slot add key-file --out other.key --label laptop\n"
            "  patchbay vault slot add credential --out patchbay.vault"};
  }

  std::vector<Option> options() override {
    return {{"KIND",
             "",
             "password, key-file, credential (of systemd), environment (PATCHBAY_VAULT_KEY) or "
             "recovery",
             &kind_,
             "password key-file credential environment recovery"},
            {"--out", "FILE", "Where the secret is written; it must not exist", &out_},
            {"--label", "TEXT", "Whose it is, or where it is kept", &label_},
            {"--new-password-stdin",
             "",
             "The new password is the next line of standard input",
             &password_from_stdin_}};
  }

  Status run(Context& context) override {
    const host::SlotKind kind = PATCHBAY_TRY(kind_named(kind_));
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::Owner owner = PATCHBAY_TRY(host.owner());
    static_cast<void>(PATCHBAY_TRY(host.vault()));
    std::string id;
    if (kind == host::SlotKind::Recovery) {
      id = PATCHBAY_TRY(make_recovery_code(context, owner, out_));
    } else if (kind == host::SlotKind::Password) {
      id = PATCHBAY_TRY(add_password(context, owner));
    } else {
      id = PATCHBAY_TRY(add_file(context, owner, kind));
    }
    json::Value document;
    document.set("id", id);
    context.console().document(document);
    context.console().line("Keyslot " + id.substr(0, 8) + " added.");
    return {};
  }

 private:
  // One slot for the root, and one for the signing key: the password does all that owner.key does.
  Result<std::string> add_password(Context& context, const host::Owner& owner) const {
    SecretBytes password;
    if (password_from_stdin_) {
      password = PATCHBAY_TRY(read_password_line());
    } else if (someone_is_there()) {
      password = PATCHBAY_TRY(ask_new_password("New"));
    }
    if (password.empty())
      return Error{ErrorCode::Usage, "no password was given", "use --new-password-stdin"};
    PATCHBAY_TRY(host::check_password(password));
    PATCHBAY_TRY(context.hide(password));
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::SlotSecret way{host::SlotKind::Password, password};
    const host::Vault* vault = PATCHBAY_TRY(host.vault());
    const host::Slot opening = PATCHBAY_TRY(vault->slot_for(way, owner.name()));
    const host::Slot signing =
        PATCHBAY_TRY(owner.slot_for(host.identity().project_id, way, opening.id));
    PATCHBAY_TRY(host::store_slots(host.database(), host.author(&owner), opening, &signing));
    return opening.id;
  }

  // The secret is 32 random bytes, in the form of a service key wherever it is kept.
  Result<std::string> add_file(Context& context,
                               const host::Owner& owner,
                               host::SlotKind kind) const {
    if (!out_ && (kind != host::SlotKind::Environment || context.console().is_json()))
      return Error{ErrorCode::Usage, "where is the new key to be written?", "name it with --out"};
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::KeyFile file{host.identity().project_id,
                             PATCHBAY_TRY(crypto::random_secret(host::KeyFile::secret_size))};
    const host::Vault* vault = PATCHBAY_TRY(host.vault());
    const host::Slot opening =
        PATCHBAY_TRY(vault->slot_for({kind, file.secret}, label_.value_or("service")));
    if (out_) PATCHBAY_TRY(host::write_key_file(*out_, host::KeyFileKind::Service, file));
    PATCHBAY_TRY(host::store_slots(host.database(), host.author(&owner), opening, nullptr));
    tell(context, kind);
    if (out_) return opening.id;
    const SecretBytes text = PATCHBAY_TRY(host::key_file_text(host::KeyFileKind::Service, file));
    context.console().bytes(text.expose());
    context.console().line("");
    return opening.id;
  }

  void tell(Context& context, host::SlotKind kind) const {
    if (kind == host::SlotKind::Credential)
      context.console().note(
          "Encrypt it for the unit: systemd-creds encrypt --name=patchbay.vault " + *out_ +
          " patchbay.vault.cred; then LoadCredentialEncrypted=.");
    if (kind == host::SlotKind::Environment)
      context.console().warning(
          "an environment variable is the weakest place: whoever may look at the process when it "
          "starts can read PATCHBAY_VAULT_KEY");
  }

  std::optional<std::string> kind_;
  std::optional<std::string> out_;
  std::optional<std::string> label_;
  bool password_from_stdin_ = false;
};

class SlotRemoveCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"vault", "slot", "remove"},
            "Take a way away that opens the vault; never the last",
            "  patchbay vault slot remove 1a2b3c4d\n  patchbay vault slot remove 1a2b3c4d --yes"};
  }

  std::vector<Option> options() override {
    return {{"ID", "", "Its id, or the beginning of it", &id_}, {"--yes", "", "Do not ask", &yes_}};
  }

  Status run(Context& context) override {
    if (!id_) return Error{ErrorCode::Usage, "which keyslot?", "see `patchbay vault slot list`"};
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::Owner owner = PATCHBAY_TRY(host.owner());
    const std::int64_t generation = host.identity().generation;
    const host::SlotView view = PATCHBAY_TRY(host::find_slot(host.database(), generation, *id_));
    PATCHBAY_TRY(confirm(context,
                         "The keyslot " + view.slot.id.substr(0, 8) + " (" + view.slot.kind + ", " +
                             printable(view.slot.subject) + ") will open nothing any more.",
                         yes_));
    const auto owner_key_file =
        has_owner_key(host.facts()) ? host::OwnerKeyFile::Present : host::OwnerKeyFile::Absent;
    PATCHBAY_TRY(host::remove_slot(host.database(), host.author(&owner), view, owner_key_file));
    json::Value document;
    document.set("removed", view.slot.id);
    context.console().document(document);
    context.console().line("Keyslot " + view.slot.id.substr(0, 8) + " removed.");
    context.console().note(
        "Whoever has a copy of the database and its secret can still open that copy: what it holds "
        "must be replaced at the providers.");
    return {};
  }

 private:
  std::optional<std::string> id_;
  bool yes_ = false;
};

class SlotExportCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"vault", "slot", "export"},
            "Write the keyslots to a file, to be put back when the database lost them",
            "  patchbay vault slot export --out slots.json"};
  }

  std::vector<Option> options() override {
    return {{"--out", "FILE", "Where; it must not exist", &out_}};
  }

  Status run(Context& context) override {
    if (!out_) return Error{ErrorCode::Usage, "where to?", "name the file with --out"};
    host::Host& host = *PATCHBAY_TRY(context.host());
    PATCHBAY_TRY(host.owner());
    const json::Value slots = PATCHBAY_TRY(host::export_slots(host.database(), host.identity()));
    const std::string text = json::write(slots, json::Layout::Indented) + "\n";
    PATCHBAY_TRY(write_file(*out_, text, 0600, IfExists::Fail));
    json::Value document;
    document.set("file", *out_);
    context.console().document(document);
    context.console().line("Keyslots written to " + *out_ + ".");
    context.console().note("It opens nothing without one of their secrets, as the database does.");
    return {};
  }

 private:
  std::optional<std::string> out_;
};

class SlotRestoreCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"vault", "slot", "restore"},
            "Put keyslots back from an export, where they are missing or damaged",
            "  patchbay vault slot restore slots.json"};
  }

  std::vector<Option> options() override {
    return {{"FILE", "", "What `vault slot export` wrote", &file_, propose_files}};
  }

  Status run(Context& context) override {
    if (!file_) return Error{ErrorCode::Usage, "from which file?", "name the export"};
    host::Host& host = *PATCHBAY_TRY(context.host());
    const host::Owner owner = PATCHBAY_TRY(host.owner());
    const std::string text = PATCHBAY_TRY(read_file(*file_, host::slot_export_size_max));
    const std::size_t count =
        PATCHBAY_TRY(host::restore_slots(host.database(), host.author(&owner), text));
    json::Value document;
    document.set("restored", static_cast<std::int64_t>(count));
    context.console().document(document);
    context.console().line(std::to_string(count) + " keyslots restored.");
    return {};
  }

 private:
  std::optional<std::string> file_;
};

}  // namespace

void add_vault_slot_commands(CommandList& list) {
  list.push_back(std::make_unique<SlotListCommand>());
  list.push_back(std::make_unique<SlotAddCommand>());
  list.push_back(std::make_unique<SlotRemoveCommand>());
  list.push_back(std::make_unique<SlotExportCommand>());
  list.push_back(std::make_unique<SlotRestoreCommand>());
}

}  // namespace patchbay::cli
