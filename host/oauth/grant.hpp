// What a credential of auth type `oauth` holds: a login that can be renewed, RFC 6749.
#pragma once

#include "core/base/secret.hpp"
#include "core/net/url.hpp"
#include "host/registry/token_url.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace patchbay::host {

inline constexpr std::size_t oauth_token_size_max = std::size_t{8} << 10U;  // bytes of each token

// Where access tokens come from, as the provider's row says.
struct TokenPlace {
  enum class ClientAuth : std::uint8_t { Body, Basic };

  net::Url url;
  net::AllowPrivate allow_private = net::AllowPrivate::No;
  std::string client_id;  // empty: none is sent, or the grant has its own
  std::string scope;      // empty: as it was granted
  ClientAuth client_auth = ClientAuth::Body;
};

// Whether the credentials of this provider are refresh tokens: auth type `oauth`, and an address
// where they are renewed. Without one an `oauth` credential is an access token, sent as it is.
[[nodiscard]] bool renews_tokens(const Provider& provider, const AdapterManifest& manifest);
// Requires renews_tokens(). Errors: BadInput, for a setting that cannot be used.
[[nodiscard]] Result<TokenPlace> token_place_of(const Provider& provider,
                                                const AdapterManifest& manifest);

struct Grant {
  SecretBytes refresh_token;
  std::string client_id;      // empty: the place's
  SecretBytes client_secret;  // empty: a public client

  // The credential that says the same, with this refresh token in place of its own.
  [[nodiscard]] Result<SecretBytes> credential_with(const SecretBytes& refreshed) const;
};

// A refresh token as it is, or a JSON object {"refresh_token", "client_id"?, "client_secret"?},
// in which further members are ignored. Errors: BadInput.
[[nodiscard]] Result<Grant> parse_grant(const SecretBytes& credential);

// Whether a text may be a token: visible ASCII, at most oauth_token_size_max of it.
[[nodiscard]] bool is_token(std::string_view text);

}  // namespace patchbay::host
