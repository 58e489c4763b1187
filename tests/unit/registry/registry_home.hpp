// A database with a vault, two plugins' providers and what is needed to add keys to them.
#pragma once

#include "host/registry/registry.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/unit/registry/stand_in_catalog.hpp"
#include "tests/unit/vault/vault_home.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace patchbay::testing {

inline constexpr std::int64_t start_unix_ms = 1'795'410'984'000;  // 2026-11-23 05:16:24 UTC

inline StandInCatalog example_catalog() {
  StandInCatalog catalog;
  catalog.add(example_adapter("alpha"));
  catalog.add(example_adapter("beta"));
  return catalog;
}

// One vault with registered providers, made once, to copy.
struct RegistryTemplate {
  ReadyVaultHome home;

  RegistryTemplate() {
    const FakeClock clock(start_unix_ms);
    const StandInCatalog catalog = example_catalog();
    must(host::Registry(home.database, clock, home.identity).register_adapters(catalog));
    home.close_database();
  }
  static const RegistryTemplate& made() {
    static const RegistryTemplate made;
    return made;
  }
};

struct RegistryHome : VaultHome {
  FakeClock clock{start_unix_ms};
  StandInCatalog catalog = example_catalog();
  host::Vault vault;
  host::Owner owner;
  host::Registry registry;

  RegistryHome()
      : VaultHome(RegistryTemplate::made().home.database_file),
        vault(opened_vault()),
        owner(must(host::Owner::open(files.owner_key_file, identity))),
        registry(database, clock, identity) {}

  [[nodiscard]] host::Provider provider(std::string_view name = "alpha") const {
    return must(registry.provider(name));
  }
  [[nodiscard]] host::Registry::NewKey new_key(std::string_view credential) const {
    const auto encrypted =
        must(vault.encrypt(must(SecretBytes::copy_of(credential)), 1'795'411'384));
    host::Registry::NewKey key;
    key.provider_id = provider().id;
    key.token = encrypted.token;
    key.key_version = encrypted.key_version;
    return key;
  }
  host::Key add_key(std::string_view credential = "credential") {
    return must(registry.add_key(catalog, new_key(credential), owner));
  }
  [[nodiscard]] host::Key key(const std::string& id) const {
    for (host::Key& key : must(registry.keys(catalog)))
      if (key.id == id) return std::move(key);
    throw std::runtime_error("there is no key " + id);
  }
  void execute(const std::string& sql) { must(database.execute(sql)); }

 private:
  [[nodiscard]] host::Vault opened_vault() {
    const VaultHome& source = RegistryTemplate::made().home;
    std::filesystem::copy_file(source.files.service_key_file, files.service_key_file);
    std::filesystem::copy_file(source.files.owner_key_file, files.owner_key_file);
    identity = source.identity;
    return must(open());
  }
};

}  // namespace patchbay::testing
