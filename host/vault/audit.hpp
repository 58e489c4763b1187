// The audit trail: what was done, by whom, in a chain of digests that the managers sign.
#pragma once

#include "core/crypto/encoding.hpp"
#include "core/crypto/hash.hpp"
#include "core/store/database.hpp"
#include "host/vault/vault.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

// The actor of what needs no signature: whoever runs the program with the service key.
inline constexpr std::string_view service_actor = "service";

struct AuditEvent {
  std::string_view action;  // "key.add"
  std::string object;       // an id, or a name; never a secret
  std::string detail{};     // words for people; never a secret
  std::string_view outcome = "ok";
};

// A row of patchbay_audit.
struct AuditRow {
  std::int64_t sequence = 0;  // 1, 2, 3 ... without gaps
  std::string at;             // UTC
  std::string actor;
  std::string action;
  std::string object;
  std::string outcome;
  std::string detail;
  crypto::Bytes digest;     // covers this row and the digest before it
  crypto::Bytes signature;  // of the digest, where a manager acted; else empty
  std::string signer;
};

// Who acts: with an owner the new head is signed.
struct AuditAuthor {
  const VaultIdentity& identity;
  std::string at;  // now, in UTC
  const Owner* owner = nullptr;
  std::string_view name = service_actor;  // where there is no owner
};

// Writes the next row, within the caller's transaction: it is there exactly when the change is.
// Nothing before there is a vault.
[[nodiscard]] Status write_audit(store::Database& database,
                                 const AuditAuthor& author,
                                 const AuditEvent& event);
// In a transaction of its own, for what changes no row.
[[nodiscard]] Status note_event(store::Database& database,
                                const AuditAuthor& author,
                                const AuditEvent& event);

// The rows after `after`, oldest first, at most `count_max`.
[[nodiscard]] Result<std::vector<AuditRow>> read_audit(store::Database& database,
                                                       std::int64_t after,
                                                       std::int64_t count_max);
// The newest `count_max`, oldest first.
[[nodiscard]] Result<std::vector<AuditRow>> read_last_audit(store::Database& database,
                                                            std::int64_t count_max);

struct AuditFinding {
  std::int64_t rows = 0;  // that were looked at
  std::int64_t signed_rows = 0;
  std::int64_t noted_rows = 0;  // that stand in the file, too
  std::int64_t bad_row = 0;     // the sequence of the first one that does not hold; 0: all hold
  std::string problem;          // a sentence about it; empty: all hold
  bool has_file = false;
};
// Whether every row holds: its digest, its signature, and what the file outside the database says.
[[nodiscard]] Result<AuditFinding> verify_audit(store::Database& database,
                                                const VaultIdentity& identity,
                                                const std::filesystem::path& file);

// Appends to the file what is in the database and not in the file yet; nothing where the two
// disagree, which verify_audit() tells. Errors: Output.
[[nodiscard]] Status note_audit(store::Database& database, const std::filesystem::path& file);

}  // namespace patchbay::host
