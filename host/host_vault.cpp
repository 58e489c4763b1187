// How a host comes to its vault, and to the key that signs.
#include "host/host.hpp"
#include "host/vault/keyslot.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::host {
namespace {

bool has_slot_of(const std::vector<Slot>& slots, SlotKind kind) {
  return std::ranges::any_of(slots, [&](const Slot& slot) { return slot.kind == to_string(kind); });
}

}  // namespace

// A vault whose patchbay.toml is gone is not one that was never made.
Status Host::check_initialised() {
  if (facts_.initialised()) return {};
  if (!PATCHBAY_TRY(has_keyslot(database_)))
    return Error{ErrorCode::NotConfigured, "there is no vault yet", "run `patchbay init`"};
  return Error{ErrorCode::Vault,
               "the database " + database_.path().string() + " holds a vault, but " +
                   facts_.home.config_file.string() + " names no project: it was lost, or emptied",
               "restore it from a backup; where owner.key and service.key are, `patchbay init` "
               "writes it anew"};
}

Result<Vault*> Host::vault() {
  if (vault_) return &*vault_;
  PATCHBAY_TRY(check_initialised());
  auto places = service_key_places(facts_.service_key_flag, facts_.service_key_file);
  if (options_.use_environment == UseEnvironment::No) {
    const bool is_given = !facts_.service_key_flag.empty();
    places = {is_given ? facts_.service_key_flag : facts_.service_key_file};
  }
  Result<Vault> opened = Vault::open(database_, identity_, places, environment_key_);
  if (!opened.ok() && opened.error().code == ErrorCode::Locked && !password_.empty()) {
    opened = Vault::open_by(
        database_, identity_, {SlotKind::Password, password_}, "the owner's password");
  }
  vault_ = PATCHBAY_TRY(std::move(opened));
  return &*vault_;
}

Result<Owner> Host::owner() {
  PATCHBAY_TRY(check_initialised());
  Result<Owner> owner = owner_by_file_or_password();
  if (owner.ok()) registry_.act_as(owner.value().name());
  return owner;
}

AuditAuthor Host::author(const Owner* owner) const {
  return AuditAuthor{identity_, sql_timestamp(clock_.unix_ms()), owner};
}

// The rows are safe in the database; the file beside it can follow at the next command.
void Host::note_audit_trail() {
  if (!facts_.initialised()) return;
  const Status noted = note_audit(database_, facts_.audit_file);
  if (!noted.ok()) log_.warning(noted.error().message);
}

Result<Owner> Host::owner_by_file_or_password() {
  if (prefers_password_) return owner_by_password();
  Result<Owner> owner = Owner::open(facts_.owner_key_file, identity_);
  if (owner.ok() || owner.error().code != ErrorCode::NotAllowed) return owner;
  const auto slots = PATCHBAY_TRY(read_slots(database_, SlotTable::Signing));
  if (!has_slot_of(slots, SlotKind::Password)) return owner;
  return owner_by_password();
}

Result<Owner> Host::owner_by_password() {
  if (password_.empty()) {
    if (!ask_password_) {
      return Error{ErrorCode::NotAllowed,
                   "this change needs the owner's password, and there is nobody to ask",
                   "give it on standard input with --owner-password-stdin"};
    }
    password_ = PATCHBAY_TRY(ask_password_());
  }
  Result<Owner> owner = Owner::open(database_, identity_, {SlotKind::Password, password_});
  if (owner.ok()) return owner;
  password_ = SecretBytes();
  const AuditEvent refused{
      "owner.unlock", std::string(owner_name), owner.error().message, "refused"};
  PATCHBAY_TRY(note_event(database_, author(nullptr), refused));
  return owner;
}

Result<bool> Host::has_recovery_code() {
  return has_slot_of(PATCHBAY_TRY(read_slots(database_, SlotTable::Root)), SlotKind::Recovery);
}

}  // namespace patchbay::host
