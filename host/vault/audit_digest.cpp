#include "host/vault/audit_digest.hpp"

namespace patchbay::host {
namespace {

// Each value after its name and its size, so that no value can pass for another.
void append(std::string& text, std::string_view name, std::string_view value) {
  text += name;
  text += ' ' + std::to_string(value.size()) + ':';
  text += value;
  text += '\n';
}

}  // namespace

crypto::Bytes audit_digest(std::string_view project_id,
                           const crypto::Bytes& previous,
                           const AuditRow& row) {
  std::string text = "patchbay audit row 1\n";
  append(text, "project", project_id);
  append(text, "previous", crypto::to_hex(previous));
  append(text, "sequence", std::to_string(row.sequence));
  append(text, "at", row.at);
  append(text, "actor", row.actor);
  append(text, "action", row.action);
  append(text, "object", row.object);
  append(text, "outcome", row.outcome);
  append(text, "detail", row.detail);
  const auto digest = crypto::sha256(crypto::bytes_of(text));
  return {digest.begin(), digest.end()};
}

std::string audit_head_statement(std::string_view project_id,
                                 std::int64_t sequence,
                                 const crypto::Bytes& digest) {
  std::string text = "patchbay audit head 1\n";
  append(text, "project", project_id);
  append(text, "sequence", std::to_string(sequence));
  append(text, "digest", crypto::to_hex(digest));
  return text;
}

}  // namespace patchbay::host
