// Where keys were accepted: what a wrong endpoint says about a key is no proof against it.
#include "core/store/statement.hpp"
#include "host/registry/registry.hpp"

namespace patchbay::host {

Status Registry::note_proof(const Key& key, const Provider& provider) {
  store::Statement known = PATCHBAY_TRY(store::Statement::prepare(
      database_, "SELECT 1 FROM patchbay_key_proofs WHERE key_id = ?1 AND endpoint = ?2"));
  known.bind(1, key.id).bind(2, provider.endpoint_url);
  if (PATCHBAY_TRY(known.step())) return {};
  store::Statement write = PATCHBAY_TRY(store::Statement::prepare(
      database_,
      "INSERT INTO patchbay_key_proofs (key_id, endpoint, proven_at) VALUES (?1, ?2, ?3)"
      " ON CONFLICT (key_id) DO UPDATE SET endpoint = excluded.endpoint,"
      " proven_at = excluded.proven_at"));
  write.bind(1, key.id).bind(2, provider.endpoint_url);
  return write.bind(3, sql_timestamp(clock_.unix_ms())).run();
}

Result<std::optional<std::string>> Registry::proven_elsewhere(const Key& key,
                                                              const Provider& provider) const {
  store::Statement proof = PATCHBAY_TRY(store::Statement::prepare(
      database_,
      "SELECT p.endpoint FROM patchbay_key_proofs p WHERE p.key_id = ?1 AND p.endpoint <> ?2"
      " AND NOT EXISTS (SELECT 1 FROM patchbay_key_proofs o JOIN api_keys k ON k.id = o.key_id"
      " WHERE k.provider_id = ?3 AND o.endpoint = ?2)"));
  proof.bind(1, key.id).bind(2, provider.endpoint_url).bind(3, provider.id);
  if (!PATCHBAY_TRY(proof.step())) return std::optional<std::string>();
  return std::optional<std::string>(proof.text(0));
}

}  // namespace patchbay::host
