// The versions of the derived Fernet key: which is in use, the next one, those that are done with.
#include "core/store/statement.hpp"
#include "host/vault/keyslot.hpp"
#include "host/vault/vault.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::host {

std::int64_t Vault::active_version() const {
  return active_version_;
}

bool Vault::is_derived(std::int64_t version) const {
  return std::ranges::count(derived_, version) > 0;
}

Result<std::int64_t> Vault::begin_version(store::Database& database) {
  store::Statement last = PATCHBAY_TRY(store::Statement::prepare(
      database, "SELECT coalesce(max(version), 0) FROM patchbay_key_versions"));
  PATCHBAY_TRY(last.step());
  const std::int64_t version = last.integer(0) + 1;
  last.reset();
  const SecretBytes check = PATCHBAY_TRY(check_value_of(root_, project_id_));
  crypto::FernetKey key = PATCHBAY_TRY(key_of_version(version, "derived", check.expose()));
  store::Statement insert = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "INSERT INTO patchbay_key_versions (version, kind, wrapped) VALUES (?1, 'derived', ?2)"));
  PATCHBAY_TRY(insert.bind(1, version).bind(2, check.expose()).run());
  keys_.insert_or_assign(version, std::move(key));
  derived_.push_back(version);
  active_version_ = version;
  return version;
}

Status Vault::retire_versions(store::Database& database) {
  store::Statement retire = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "UPDATE patchbay_key_versions SET retired_at = CURRENT_TIMESTAMP"
      " WHERE kind = 'derived' AND retired_at IS NULL"
      " AND version < (SELECT max(version) FROM patchbay_key_versions WHERE kind = 'derived')"
      " AND NOT EXISTS (SELECT 1 FROM patchbay_key_seals s JOIN api_keys k ON k.id = s.key_id"
      " WHERE s.key_version = patchbay_key_versions.version)"));
  return retire.run();
}

}  // namespace patchbay::host
