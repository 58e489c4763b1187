// The owner's signature on a key, and whether it still fits the rows.
#pragma once

#include "core/crypto/encoding.hpp"
#include "core/store/database.hpp"
#include "host/loader/catalog.hpp"
#include "host/provider.hpp"
#include "host/registry/registry.hpp"
#include "host/vault/vault.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace patchbay::host {

// The row of patchbay_key_seals beside a key, but for version and activation, which Key has.
struct Seal {
  // Empty: none. A digest of it, once a host switched the key off: nobody but the owner, who can
  // sign again, can tell then what was signed, and no row can be changed back into a usable one.
  crypto::Bytes signature;
  std::optional<std::int64_t> deactivated_activation;
  std::string destination;  // JSON, see Destination; as it was signed
  bool allow_private = false;
};

// The part of a statement that is about the provider: where the credential goes, and how.
struct Destination {
  std::string adapter_id;
  std::string auth_type;
  std::string endpoint;              // the whole URL
  std::vector<std::string> origins;  // sorted
  bool allow_private = false;

  [[nodiscard]] std::string json() const;  // without allow_private, which has a column
};

// The destination of a provider as it stands. Errors: BadInput for an endpoint that no call can go
// to, Plugin for a manifest with a bad origin.
[[nodiscard]] Result<Destination> destination_of(const Adapter& adapter, const Provider& provider);
// The destination that a seal names. Empty where it cannot be read.
[[nodiscard]] std::optional<Destination> destination_of(const Seal& seal);

// What must be signed for a key that goes to this destination.
[[nodiscard]] KeyStatement statement_for(const VaultIdentity& identity,
                                         const Key& key,
                                         const Destination& destination);

// A host switched the key off, and the row says it is on, without a new signature.
[[nodiscard]] bool is_switched_on_behind_our_back(const Key& key, const Seal& seal);

// What is left of a signature when the key is switched off.
[[nodiscard]] crypto::Bytes withdrawn(const crypto::Bytes& signature);
[[nodiscard]] bool is_withdrawn(const Seal& seal);
// Whether this owner signed just this for a key that was switched off since.
[[nodiscard]] bool was_signed(const Owner& owner, const KeyStatement& statement, const Seal& seal);

// True where the signature fits the key and the destination it was made for: only the provider, or
// nothing, has changed since.
[[nodiscard]] bool is_signed_as_stored(const VaultIdentity& identity,
                                       const Key& key,
                                       const Seal& seal);

// The same place, and no wider: nothing that a new signature would have to be asked for. `said` is
// what its owner has just chosen.
[[nodiscard]] bool leads_where_signed(const Destination& now,
                                      const Destination& as_signed,
                                      const Registry::Said& said = {});
// All of it as it was signed, or fewer origins: an adapter that needs fewer than before leaves the
// signature good.
[[nodiscard]] bool is_within(const Destination& now, const Destination& as_signed);
[[nodiscard]] bool leads_where_shown(const Destination& now, const KeyStatement& shown);

struct NewSeal {
  Key key;
  Destination destination;
  std::string sealed_at;
};

// Signs for the key with the next activation number and writes that down, within the caller's
// transaction. Errors: NotAllowed where the owner is not the one of this identity.
[[nodiscard]] Status write_seal(store::Database& database,
                                const VaultIdentity& identity,
                                const Owner& owner,
                                const NewSeal& seal);

}  // namespace patchbay::host
