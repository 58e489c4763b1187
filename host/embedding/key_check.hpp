// Asks a provider whether a credential works, and waits for what it says.
#pragma once

#include "core/base/secret.hpp"
#include "host/embedding/embedded_host.hpp"
#include "host/router/router.hpp"

namespace patchbay::embedding {

// From a thread that is not in a callback. An adapter that cannot verify counts as satisfied.
// Errors: the provider's own; Usage, in a callback.
[[nodiscard]] Status check_credential(EmbeddedHost& embedded,
                                      const host::Candidate& candidate,
                                      const SecretBytes& credential);

}  // namespace patchbay::embedding
