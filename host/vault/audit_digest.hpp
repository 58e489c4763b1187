// What the digests and the signatures of the audit trail cover.
#pragma once

#include "host/vault/audit.hpp"

#include <string>
#include <string_view>

namespace patchbay::host {

// SHA-256 over the digest before it and every column of the row but the signature.
[[nodiscard]] crypto::Bytes audit_digest(std::string_view project_id,
                                         const crypto::Bytes& previous,
                                         const AuditRow& row);

// What a manager signs: that the trail up to this row is as it is.
[[nodiscard]] std::string audit_head_statement(std::string_view project_id,
                                               std::int64_t sequence,
                                               const crypto::Bytes& digest);

}  // namespace patchbay::host
