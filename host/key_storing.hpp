// Storing a key: where it will go, and the sealed row.
#pragma once

#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "host/host.hpp"
#include "host/registry/registry.hpp"
#include "host/router/router.hpp"
#include "host/vault/vault.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace patchbay::host {

struct WantedKey {
  std::string provider;     // its name
  std::string environment;  // empty: as configured
  std::string user;
  std::string label;
  std::int64_t priority = 0;
};

// What is known before the key itself is.
struct KeyPlan {
  Candidate candidate;  // without a key
  KeyStatement shown;   // where the key will go: what is told, and then signed
  std::string environment;
  std::string user;
  std::string label;
  std::int64_t priority = 0;
  Registry::Beside beside = Registry::Beside::Others;
  std::vector<std::string> replaces{};  // ids of keys
  bool is_verified = false;             // the provider has accepted it
};

// Errors: UnknownProvider, Inactive, BadInput where the provider needs no key, Tampered where its
// keys were signed for another place.
[[nodiscard]] Result<KeyPlan> plan_key(Host& host, const WantedKey& wish);
// Encrypts, signs and stores in one transaction.
[[nodiscard]] Result<Key> store_key(Host& host,
                                    const KeyPlan& plan,
                                    const SecretBytes& credential,
                                    const Owner& owner);

}  // namespace patchbay::host
