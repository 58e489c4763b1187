// What the certificates of servers are checked against.
#pragma once

#include "core/base/result.hpp"

#include <cstddef>
#include <filesystem>

namespace patchbay::net {

struct TrustStore {
  std::filesystem::path file;         // empty: libcurl was built without one
  std::filesystem::path directory;    // of certificates by hash; empty: none
  std::size_t certificate_count = 0;  // in the file
};

// The one that exchanges use: `ca_file`, or the system's where that is empty.
// Errors: BadInput, where it cannot be read or holds no certificate.
[[nodiscard]] Result<TrustStore> trust_store(const std::filesystem::path& ca_file);

}  // namespace patchbay::net
