// Where the logins of a provider are renewed.
#pragma once

#include "host/loader/manifest.hpp"
#include "host/provider.hpp"

#include <string>

namespace patchbay::host {

inline constexpr const char* oauth_auth_type = "oauth";

// As the row says, else as its adapter does; empty where neither names one: then a credential of
// auth type `oauth` is an access token, and nothing renews it.
[[nodiscard]] inline std::string token_url_of(const Provider& provider,
                                              const AdapterManifest& manifest) {
  std::string set = provider.setting("oauth_token_url");
  if (!set.empty()) return set;
  const auto found = manifest.auth.find(oauth_auth_type);
  return found == manifest.auth.end() ? std::string() : found->second.token_url;
}

}  // namespace patchbay::host
