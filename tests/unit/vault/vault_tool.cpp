// Makes a vault in an empty directory and encrypts what comes on standard input, for another
// implementation to open: prints the exported Fernet key and the token, a line each.
#include "tests/unit/vault/vault_home.hpp"

#include <ctime>
#include <exception>
#include <iostream>
#include <iterator>
#include <string>

int main() {
  using namespace patchbay;
  try {
    const std::string credential(std::istreambuf_iterator<char>(std::cin), {});
    testing::ReadyVaultHome home;
    const host::Vault vault = testing::must(home.open());
    const SecretBytes key = testing::must(vault.export_fernet_key(vault.active_version()));
    const SecretBytes secret = testing::must(SecretBytes::copy_of(credential));
    std::cout << key.expose_text() << '\n'
              << testing::must(vault.encrypt(secret, std::time(nullptr))).token << '\n';
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
