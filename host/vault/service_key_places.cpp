#include "host/vault/vault.hpp"

#include <cstdlib>

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

}  // namespace patchbay::host
