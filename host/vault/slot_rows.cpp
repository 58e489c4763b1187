// The rows of patchbay_keyslots and patchbay_signing_slots.
#include "core/store/statement.hpp"
#include "host/vault/slot.hpp"

#include <optional>
#include <utility>

namespace patchbay::host {
namespace {

std::string table_name(SlotTable table) {
  return table == SlotTable::Root ? "patchbay_keyslots" : "patchbay_signing_slots";
}

crypto::Bytes bytes_at(const store::Statement& row, int column) {
  const auto blob = row.blob(column);
  return {blob.begin(), blob.end()};
}

Slot slot_of_row(const store::Statement& row) {
  Slot slot;
  slot.id = row.text(0);
  slot.kind = row.text(1);
  slot.subject = row.text(2);
  slot.kdf = row.text(3);
  slot.cost = {row.integer(4), row.integer(5)};
  slot.salt = bytes_at(row, 6);
  slot.check = bytes_at(row, 7);
  slot.wrapped = bytes_at(row, 8);
  slot.generation = row.integer(9);
  slot.created_at = row.text(10);
  return slot;
}

// Where a password is not what opens it, the cost means nothing, and the column stays empty.
std::optional<std::int64_t> where_set(std::int64_t value) {
  return value == 0 ? std::nullopt : std::optional(value);
}

}  // namespace

Result<std::vector<Slot>> read_slots(store::Database& database, SlotTable table) {
  const std::string from = " FROM " + table_name(table);
  store::Statement numbers = PATCHBAY_TRY(
      store::Statement::prepare(database, "SELECT rowid" + from + " ORDER BY created_at, rowid"));
  std::vector<std::int64_t> rows;
  while (PATCHBAY_TRY(numbers.step())) rows.push_back(numbers.integer(0));
  store::Statement row = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "SELECT id, kind, subject, kdf, operations, memory_bytes, salt, nonce, wrapped, generation,"
      " created_at" +
          from + " WHERE rowid = ?1"));
  std::vector<Slot> slots;
  for (const std::int64_t number : rows) {
    row.bind(1, number);
    const Result<bool> found = row.step();
    if (found.ok() && found.value()) slots.push_back(slot_of_row(row));
    row.reset();
  }
  return slots;
}

Status insert_slot(store::Database& database, SlotTable table, const Slot& slot) {
  store::Statement insert = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "INSERT INTO " + table_name(table) +
          " (id, kind, subject, kdf, operations, memory_bytes, salt, nonce, wrapped, generation)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"));
  insert.bind(1, slot.id).bind(2, slot.kind).bind(3, slot.subject).bind(4, slot.kdf);
  insert.bind(5, where_set(slot.cost.operations)).bind(6, where_set(slot.cost.memory_bytes));
  insert.bind(7, slot.salt).bind(8, slot.check).bind(9, slot.wrapped).bind(10, slot.generation);
  return insert.run();
}

Status delete_slot(store::Database& database, SlotTable table, std::string_view id) {
  store::Statement remove = PATCHBAY_TRY(
      store::Statement::prepare(database, "DELETE FROM " + table_name(table) + " WHERE id = ?1"));
  return remove.bind(1, id).run();
}

}  // namespace patchbay::host
