// Logging in with a browser: what is said meanwhile, and the key that comes of it.
#pragma once

#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "host/loader/manifest.hpp"
#include "host/oauth/pkce_login.hpp"
#include "host/provider.hpp"

#include <cstdint>

namespace patchbay::cli {

class Context;

enum class CodeComes : std::uint8_t { ByCallback, ByHand };

// Errors: BadInput, where the provider has no such page, or the row's setting cannot be used.
[[nodiscard]] Result<host::LoginPlaces> login_places_of(const host::Provider& provider,
                                                        const host::AdapterManifest& manifest);

// Shows the address, waits for the code and gives the key. Errors: Cancelled, Timeout, and those of
// LoginCallback and KeyExchange.
[[nodiscard]] Result<SecretBytes> log_in(const host::LoginPlaces& places,
                                         CodeComes code_comes,
                                         Context& context);

}  // namespace patchbay::cli
