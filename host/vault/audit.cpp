#include "host/vault/audit.hpp"

#include "core/base/text.hpp"
#include "core/store/statement.hpp"
#include "core/store/transaction.hpp"
#include "host/vault/audit_digest.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::size_t object_size_max = 200;  // bytes
constexpr std::size_t detail_size_max = 500;  // bytes

constexpr std::string_view columns =
    "SELECT sequence, at, actor, action, object, outcome, detail, mac, signature, signer"
    " FROM patchbay_audit ";

crypto::Bytes bytes_at(const store::Statement& row, int column) {
  const auto blob = row.blob(column);
  return {blob.begin(), blob.end()};
}

AuditRow audit_row(const store::Statement& row) {
  AuditRow result;
  result.sequence = row.integer(0);
  result.at = row.text(1);
  result.actor = row.text(2);
  result.action = row.text(3);
  result.object = row.text(4);
  result.outcome = row.text(5);
  result.detail = row.text(6);
  result.digest = bytes_at(row, 7);
  result.signature = bytes_at(row, 8);
  result.signer = row.text(9);
  return result;
}

Result<std::vector<AuditRow>> rows_of(store::Statement query) {
  std::vector<AuditRow> rows;
  while (PATCHBAY_TRY(query.step())) rows.push_back(audit_row(query));
  return rows;
}

Status insert_row(store::Database& database, const AuditRow& row) {
  store::Statement insert = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "INSERT INTO patchbay_audit (sequence, at, actor, action, object, outcome, detail, mac,"
      " signature, signer) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"));
  insert.bind(1, row.sequence).bind(2, row.at).bind(3, row.actor).bind(4, row.action);
  insert.bind(5, row.object).bind(6, row.outcome).bind(7, row.detail).bind(8, row.digest);
  if (row.signature.empty()) return insert.bind_null(9).bind_null(10).run();
  return insert.bind(9, row.signature).bind(10, row.signer).run();
}

}  // namespace

Status write_audit(store::Database& database, const AuditAuthor& author, const AuditEvent& event) {
  if (author.identity.project_id.empty()) return {};
  const std::vector<AuditRow> last = PATCHBAY_TRY(read_last_audit(database, 1));
  AuditRow row;
  row.sequence = last.empty() ? 1 : last.front().sequence + 1;
  row.at = author.at;
  row.actor = author.owner != nullptr ? author.owner->name() : std::string(author.name);
  row.action = event.action;
  row.object = printable(shortened(event.object, object_size_max));
  row.outcome = event.outcome;
  row.detail = printable(shortened(event.detail, detail_size_max));
  const std::string& project = author.identity.project_id;
  row.digest = audit_digest(project, last.empty() ? crypto::Bytes() : last.front().digest, row);
  if (author.owner != nullptr) {
    const auto signature =
        author.owner->sign(audit_head_statement(project, row.sequence, row.digest));
    row.signature.assign(signature.begin(), signature.end());
    row.signer = author.owner->name();
  }
  return insert_row(database, row);
}

Status note_event(store::Database& database, const AuditAuthor& author, const AuditEvent& event) {
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database));
  PATCHBAY_TRY(write_audit(database, author, event));
  return transaction.commit();
}

Result<std::vector<AuditRow>> read_audit(store::Database& database,
                                         std::int64_t after,
                                         std::int64_t count_max) {
  store::Statement query = PATCHBAY_TRY(store::Statement::prepare(
      database, std::string(columns) + "WHERE sequence > ?1 ORDER BY sequence LIMIT ?2"));
  query.bind(1, after).bind(2, count_max);
  return rows_of(std::move(query));
}

Result<std::vector<AuditRow>> read_last_audit(store::Database& database, std::int64_t count_max) {
  store::Statement query = PATCHBAY_TRY(store::Statement::prepare(
      database, std::string(columns) + "ORDER BY sequence DESC LIMIT ?1"));
  query.bind(1, count_max);
  std::vector<AuditRow> rows = PATCHBAY_TRY(rows_of(std::move(query)));
  std::ranges::reverse(rows);
  return rows;
}

}  // namespace patchbay::host
