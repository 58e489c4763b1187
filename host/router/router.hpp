// Which provider and which key a request goes to.
#pragma once

#include "host/loader/catalog.hpp"
#include "host/provider.hpp"
#include "host/request.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace patchbay::host {

struct Candidate {
  Provider provider;
  Adapter adapter;
  std::optional<Key> key;  // empty: the adapter needs none
  std::string model;       // what the request names, else the row's, else the manifest's
  std::int64_t usable_at_unix_ms = 0;  // it cools down until then; 0: usable now
};

struct RouteInput {
  const Catalog& catalog;
  const std::vector<Provider>& providers;  // in the registry's order
  const std::vector<Key>& keys;            // of all of them
  std::string default_provider;            // of patchbay.toml; may be empty
  std::int64_t now_unix_ms = 0;
};

// The candidates in order, at least one: what can be used now, then what can be soon. A request
// that names no provider, where patchbay.toml names none either, gets those of all. Pure. Errors,
// each with the next step: UnknownProvider (lists the supported ones), Inactive, NotConfigured,
// NoAdapter, NeedsTrust, Tampered; Rate or Quota, with the time, where all keys cool down.
[[nodiscard]] Result<std::vector<Candidate>> route(const Request& request, const RouteInput& input);

// The provider whose adapter claims the longest prefix of this key; NotFound where none or several
// do.
[[nodiscard]] Result<std::string> provider_of_key(const Catalog& catalog, std::string_view key);

}  // namespace patchbay::host
