// Changes to a home, signed by its owner.
#pragma once

#include "host/embedding/embedded_host.hpp"
#include "host/vault/vault.hpp"
#include <patchbay/manage.h>

#include <string>

struct patchbay_manager {
  patchbay::embedding::EmbeddedHost& embedded;
  patchbay::host::Owner owner;
};

namespace patchbay::embedding {

// The id of the new key. Waits for the provider.
[[nodiscard]] Result<std::string> add_key(patchbay_manager& manager,
                                          const patchbay_key_options& options);
[[nodiscard]] Status add_provider(patchbay_manager& manager,
                                  const patchbay_provider_options& options);
[[nodiscard]] Status set_provider(patchbay_manager& manager,
                                  const patchbay_provider_options& options);

}  // namespace patchbay::embedding
