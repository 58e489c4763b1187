// Which provider and which key a request goes to.
#pragma once

#include "host/loader/catalog.hpp"
#include "host/provider.hpp"
#include "host/request.hpp"

#include <optional>
#include <string>
#include <vector>

namespace patchbay::host {

struct Candidate {
  Provider provider;
  Adapter adapter;
  std::optional<Key> key;  // empty: the adapter needs none
  std::string model;       // what the request names, else the row's, else the manifest's
};

struct RouteInput {
  const Catalog& catalog;
  const std::vector<Provider>& providers;  // in the registry's order
  const std::vector<Key>& keys;            // of all of them
  std::string default_provider;            // of patchbay.toml; may be empty
};

// The candidates in order, at least one. Pure. Errors, each with the next step: UnknownProvider
// (lists the supported ones), Inactive, NotConfigured, NoAdapter, NeedsTrust, Tampered.
[[nodiscard]] Result<std::vector<Candidate>> route(const Request& request, const RouteInput& input);

// The provider whose adapter claims the longest prefix of this key; NotFound where none or several
// do.
[[nodiscard]] Result<std::string> provider_of_key(const Catalog& catalog, std::string_view key);

}  // namespace patchbay::host
