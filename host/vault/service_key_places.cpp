#include "host/vault/vault.hpp"

#include <cstdlib>
#include <cstring>

namespace patchbay::host {

std::vector<std::filesystem::path> service_key_places(const std::filesystem::path& flag,
                                                      const std::filesystem::path& home_file) {
  if (!flag.empty()) return {flag};
  std::vector<std::filesystem::path> places;
  const auto add = [&](const char* directory_or_file, const char* name) {
    if (directory_or_file == nullptr || *directory_or_file == '\0') return;
    std::filesystem::path place(directory_or_file);
    places.push_back(*name == '\0' ? place : place / name);
  };
  add(secure_getenv("PATCHBAY_VAULT_KEY_FILE"), "");
  add(secure_getenv("CREDENTIALS_DIRECTORY"), "patchbay.vault");
  if (!home_file.empty()) places.push_back(home_file);
  return places;
}

Result<SecretBytes> take_environment_key() {
  constexpr const char* name = "PATCHBAY_VAULT_KEY";
  char* value = secure_getenv(name);
  if (value == nullptr || *value == '\0') return SecretBytes();
  SecretBytes key = PATCHBAY_TRY(SecretBytes::copy_of(std::string_view(value)));
  // /proc/PID/environ shows the memory that the variables had at the start, whatever unsetenv does.
  wipe(value, std::strlen(value));
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the contract says that there is one thread.
  unsetenv(name);
  return key;
}

}  // namespace patchbay::host
