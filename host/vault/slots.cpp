#include "host/vault/slots.hpp"

#include "core/base/text.hpp"
#include "core/store/transaction.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::string_view export_kind = "patchbay keyslots 1";
constexpr std::size_t id_beginning_min = 4;  // characters

bool opens(const SlotView& view) {
  return view.opens_vault && view.is_current && view.problem.empty();
}

bool signs_as_owner(const SlotView& view) {
  return view.signs && view.slot.subject == owner_name && view.problem.empty();
}

json::Value row_of(SlotTable table, const Slot& slot) {
  json::Value row;
  row.set("table", table == SlotTable::Root ? "root" : "signing");
  row.set("id", slot.id);
  row.set("kind", slot.kind);
  row.set("subject", slot.subject);
  row.set("kdf", slot.kdf);
  row.set("operations", slot.cost.operations);
  row.set("memory_bytes", slot.cost.memory_bytes);
  row.set("salt", crypto::to_hex(slot.salt));
  row.set("check", crypto::to_hex(slot.check));
  row.set("wrapped", crypto::to_hex(slot.wrapped));
  row.set("generation", slot.generation);
  return row;
}

std::int64_t number_in(const json::Value& row, std::string_view name) {
  const json::Value* value = row.find(name);
  return value == nullptr || value->integer() == nullptr ? 0 : *value->integer();
}

Error no_export() {
  return Error{ErrorCode::BadInput,
               "this is no export of keyslots, or a damaged one",
               "give the file that `patchbay vault slot export` wrote",
               {}};
}

Result<Slot> slot_of(const json::Value& row) {
  const auto salt = crypto::from_hex(row.text("salt"));
  const auto check = crypto::from_hex(row.text("check"));
  const auto wrapped = crypto::from_hex(row.text("wrapped"));
  if (!salt || !check || !wrapped || row.text("id").empty()) return no_export();
  Slot slot;
  slot.id = row.text("id");
  slot.kind = row.text("kind");
  slot.subject = row.text("subject");
  slot.kdf = row.text("kdf");
  slot.cost = {number_in(row, "operations"), number_in(row, "memory_bytes")};
  slot.salt = *salt;
  slot.check = *check;
  slot.wrapped = *wrapped;
  slot.generation = number_in(row, "generation");
  if (!slot.visible_damage().empty()) return no_export();
  return slot;
}

bool has_slot(const std::vector<Slot>& slots, const Slot& wanted) {
  return std::ranges::any_of(slots, [&](const Slot& slot) {
    return slot.id == wanted.id && slot.visible_damage().empty();
  });
}

Result<std::size_t> restore_row(store::Database& database, const json::Value& row) {
  const Slot slot = PATCHBAY_TRY(slot_of(row));
  const SlotTable table = row.text("table") == "signing" ? SlotTable::Signing : SlotTable::Root;
  if (has_slot(PATCHBAY_TRY(read_slots(database, table)), slot)) return std::size_t{0};
  PATCHBAY_TRY(delete_slot(database, table, slot.id));
  PATCHBAY_TRY(insert_slot(database, table, slot));
  return std::size_t{1};
}

}  // namespace

Status check_password(const SecretBytes& password) {
  if (!is_valid_utf8(password.expose_text()))
    return Error{ErrorCode::BadInput, "the password is not valid UTF-8", {}, {}};
  if (code_point_count(password.expose_text()) >= password_size_min) return {};
  return Error{ErrorCode::BadInput,
               "the password is too short: it has at least " + std::to_string(password_size_min) +
                   " characters",
               "four random words make a good one",
               {}};
}

Result<std::vector<SlotView>> list_slots(store::Database& database, std::int64_t generation) {
  std::vector<SlotView> views;
  for (Slot& slot : PATCHBAY_TRY(read_slots(database, SlotTable::Root))) {
    SlotView view;
    view.problem = slot.visible_damage();
    view.opens_vault = true;
    view.is_current = slot.generation == generation;
    if (!view.is_current && view.problem.empty())
      view.problem = "of generation " + std::to_string(slot.generation) + ", which is past";
    view.slot = std::move(slot);
    views.push_back(std::move(view));
  }
  for (Slot& slot : PATCHBAY_TRY(read_slots(database, SlotTable::Signing))) {
    const auto twin =
        std::ranges::find_if(views, [&](const SlotView& view) { return view.slot.id == slot.id; });
    const std::string problem = slot.visible_damage();
    SlotView& view = twin == views.end() ? views.emplace_back() : *twin;
    if (twin == views.end()) view.is_current = true;
    view.signs = true;
    if (view.problem.empty()) view.problem = problem;
    if (view.slot.id.empty()) view.slot = std::move(slot);
  }
  return views;
}

Result<SlotView> find_slot(store::Database& database,
                           std::int64_t generation,
                           std::string_view id) {
  std::vector<SlotView> found;
  for (SlotView& view : PATCHBAY_TRY(list_slots(database, generation)))
    if (id.size() >= id_beginning_min && view.slot.id.starts_with(id))
      found.push_back(std::move(view));
  if (found.size() == 1) return std::move(found.front());
  const std::string name = printable(shortened(id, 64));
  if (found.empty())
    return Error{
        ErrorCode::NotFound, "there is no keyslot " + name, "see `patchbay vault slot list`", {}};
  return Error{ErrorCode::Usage, "several keyslots begin with " + name, "give more of its id", {}};
}

Status store_slots(store::Database& database,
                   const AuditAuthor& author,
                   const Slot& opening,
                   const Slot* signing) {
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database));
  if (PATCHBAY_TRY(read_slots(database, SlotTable::Root)).size() >= slots_max)
    return Error{ErrorCode::BadInput,
                 "there are " + std::to_string(slots_max) + " keyslots already",
                 "remove one with `patchbay vault slot remove`",
                 {}};
  if (signing != nullptr) PATCHBAY_TRY(insert_slot(database, SlotTable::Signing, *signing));
  PATCHBAY_TRY(insert_slot(database, SlotTable::Root, opening));
  PATCHBAY_TRY(write_audit(
      database, author, {"slot.add", opening.id, opening.kind + ", " + opening.subject}));
  return transaction.commit();
}

Status remove_slot(store::Database& database,
                   const AuditAuthor& author,
                   const SlotView& view,
                   OwnerKeyFile owner_key_file) {
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database));
  std::vector<SlotView> left = PATCHBAY_TRY(list_slots(database, author.identity.generation));
  std::erase_if(left, [&](const SlotView& other) { return other.slot.id == view.slot.id; });
  if (opens(view) && std::ranges::none_of(left, opens))
    return Error{ErrorCode::NotAllowed,
                 "this is the last keyslot that opens the vault: without it all keys are lost",
                 "add another first: `patchbay vault slot add recovery`",
                 {}};
  if (signs_as_owner(view) && owner_key_file == OwnerKeyFile::Absent &&
      std::ranges::none_of(left, signs_as_owner))
    return Error{ErrorCode::NotAllowed,
                 "this is the last keyslot of the owner's signing key, and there is no owner.key:"
                 " without it nothing can be changed any more",
                 "add another first, or put owner.key back",
                 {}};
  PATCHBAY_TRY(delete_slot(database, SlotTable::Signing, view.slot.id));
  PATCHBAY_TRY(delete_slot(database, SlotTable::Root, view.slot.id));
  PATCHBAY_TRY(write_audit(
      database, author, {"slot.remove", view.slot.id, view.slot.kind + ", " + view.slot.subject}));
  return transaction.commit();
}

Result<json::Value> export_slots(store::Database& database, const VaultIdentity& identity) {
  json::Value rows{json::Array()};
  for (const SlotTable table : std::array{SlotTable::Root, SlotTable::Signing})
    for (const Slot& slot : PATCHBAY_TRY(read_slots(database, table)))
      if (slot.visible_damage().empty()) rows.append(row_of(table, slot));
  json::Value document;
  document.set("kind", export_kind);
  document.set("project", identity.project_id);
  document.set("generation", identity.generation);
  document.set("owner_public_key", crypto::to_base64url(identity.owner_public_key));
  document.set("slots", std::move(rows));
  return document;
}

Result<std::size_t> restore_slots(store::Database& database,
                                  const AuditAuthor& author,
                                  std::string_view text) {
  const Result<json::Value> document = json::parse(text);
  if (!document.ok() || document.value().text("kind") != export_kind) return no_export();
  const json::Value* rows = document.value().find("slots");
  if (rows == nullptr || rows->array() == nullptr || rows->array()->size() > 2 * slots_max)
    return no_export();
  if (document.value().text("project") != author.identity.project_id)
    return Error{ErrorCode::Vault,
                 "this export is of another project than " + author.identity.project_id,
                 "give the export of this vault",
                 {}};
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database));
  std::size_t count = 0;
  for (const json::Value& row : *rows->array()) count += PATCHBAY_TRY(restore_row(database, row));
  const std::string words = std::to_string(count) + " slots";
  PATCHBAY_TRY(write_audit(database, author, {"slot.restore", author.identity.project_id, words}));
  PATCHBAY_TRY(transaction.commit());
  return count;
}

}  // namespace patchbay::host
