#include "host/router/router.hpp"

#include "core/base/text.hpp"
#include "host/registry/registry.hpp"
#include "host/router/key_choice.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace patchbay::host {
namespace {

Error error_of(ErrorCode code, std::string message, std::string hint, const std::string& provider) {
  return Error{code, std::move(message), std::move(hint), provider};
}

bool may_load(const Adapter& adapter) {
  return adapter.plugin->trust != Trust::NeedsTrust;
}

// The providers that a request could name with success: rows whose adapter may load, and adapters
// that need no row because they need no key.
std::set<std::string> supported_names(const RouteInput& input) {
  std::set<std::string> names;
  for (const Provider& provider : input.providers) {
    const auto adapter = Registry::adapter_of(input.catalog, provider);
    if (adapter && may_load(*adapter)) names.insert(provider.name);
  }
  for (const Adapter& adapter : input.catalog.adapters())
    if (may_load(adapter) && !adapter.manifest().needs_credential)
      names.insert(adapter.manifest().name);
  return names;
}

Error unsupported(ErrorCode code,
                  const std::string& name,
                  std::string hint,
                  const RouteInput& input) {
  const std::set<std::string> supported = supported_names(input);
  const std::vector<std::string> list(supported.begin(), supported.end());
  if (hint.empty()) {
    const std::vector<std::string_view> words(list.begin(), list.end());
    const std::string_view near = nearest(name, words);
    if (!near.empty()) hint = "did you mean '" + std::string(near) + "'?";
  }
  const std::string listed = list.empty() ? "none" : joined(list, ", ");
  return error_of(code,
                  "Unsupported provider '" + name + "'. Supported providers: " + listed,
                  std::move(hint),
                  {});
}

std::string model_of(const Request& request,
                     const Provider& provider,
                     const AdapterManifest& manifest) {
  if (request.operation == Operation::Models || request.operation == Operation::Verify) return {};
  if (!request.model.empty()) return request.model;
  if (request.operation == Operation::Chat) {
    std::string chosen = provider.setting("chat_model");
    return chosen.empty() ? manifest.chat_model : chosen;
  }
  const std::string chosen = provider.model_name.value_or(std::string());
  return chosen.empty() ? manifest.image_model : chosen;
}

// An adapter that needs neither key nor endpoint works without a row.
Provider row_of(const AdapterManifest& manifest) {
  Provider provider;
  provider.name = manifest.name;
  provider.display_name = manifest.display_name;
  provider.endpoint_url = manifest.endpoint;
  provider.auth_type = manifest.default_auth_type;
  return provider;
}

Status check_adapter(const Adapter& adapter, const Provider& provider, Operation operation) {
  const AdapterManifest& manifest = adapter.manifest();
  if (!may_load(adapter))
    return error_of(ErrorCode::NeedsTrust,
                    "the plugin that serves provider '" + provider.name +
                        "' is not vouched for: " + adapter.plugin->path.string(),
                    "look at it with 'patchbay plugin info " + manifest.name +
                        "', then run 'patchbay plugin trust " + manifest.name + "'",
                    provider.name);
  if (!manifest.can(operation))
    return error_of(ErrorCode::NoAdapter,
                    "provider '" + provider.name + "' cannot do this: its adapter " + manifest.id +
                        " has no operation '" + std::string(to_string(operation)) + "'",
                    "choose another provider with --provider",
                    provider.name);
  return {};
}

// The candidates at one provider, best key first.
Result<std::vector<Candidate>> candidates_at(const Request& request,
                                             const Provider& provider,
                                             const Adapter& adapter,
                                             const RouteInput& input) {
  if (!provider.is_active)
    return error_of(ErrorCode::Inactive,
                    "provider '" + provider.name + "' is switched off",
                    "run: patchbay provider enable " + provider.name,
                    provider.name);
  PATCHBAY_TRY(check_adapter(adapter, provider, request.operation));
  Candidate candidate;
  candidate.provider = provider;
  candidate.adapter = adapter;
  candidate.model = model_of(request, provider, adapter.manifest());
  if (!adapter.manifest().needs_credential) return std::vector{std::move(candidate)};
  std::vector<Candidate> candidates;
  const KeyWish wish{request, provider, candidate.model, input.now_unix_ms};
  for (KeyChoice& choice : PATCHBAY_TRY(usable_keys(wish, input.keys))) {
    candidate.key = std::move(choice.key);
    candidate.usable_at_unix_ms = choice.usable_at_unix_ms;
    candidates.push_back(candidate);
  }
  return candidates;
}

const Provider* find_row(const std::vector<Provider>& providers, std::string_view name) {
  const auto found = std::find_if(
      providers.begin(), providers.end(), [name](const Provider& it) { return it.name == name; });
  return found == providers.end() ? nullptr : &*found;
}

Result<std::vector<Candidate>> candidates_named(const Request& request,
                                                const std::string& name,
                                                const RouteInput& input) {
  if (const Provider* provider = find_row(input.providers, name)) {
    const auto adapter = Registry::adapter_of(input.catalog, *provider);
    if (adapter) return candidates_at(request, *provider, *adapter, input);
    return unsupported(ErrorCode::NoAdapter,
                       name,
                       "its row is there, but no plugin serves it: see 'patchbay plugin list'",
                       input);
  }
  const auto adapter = input.catalog.by_name(name);
  if (!adapter) return unsupported(ErrorCode::UnknownProvider, name, {}, input);
  if (!may_load(*adapter) || !adapter->manifest().needs_credential)
    return candidates_at(request, row_of(adapter->manifest()), *adapter, input);
  const bool has_endpoint = !adapter->manifest().endpoint.empty();
  return unsupported(
      ErrorCode::UnknownProvider,
      name,
      has_endpoint ? "its plugin is there, but it has no row: run 'patchbay configure --provider " +
                         name + "'"
                   : "it is an adapter for any endpoint: name one with 'patchbay provider add NAME"
                     " --adapter " +
                         name + " --endpoint URL'",
      input);
}

// How much an error tells a person who named no provider: the most telling one is shown.
int weight_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::Rate:
    case ErrorCode::Quota: return 5;
    case ErrorCode::Tampered: return 4;
    case ErrorCode::Inactive: return 3;
    case ErrorCode::NeedsTrust: return 2;
    default: return 1;
  }
}

bool has_keys(const Provider& provider, const std::vector<Key>& keys) {
  return std::any_of(
      keys.begin(), keys.end(), [&](const Key& key) { return key.provider_id == provider.id; });
}

Error nothing_usable(const RouteInput& input) {
  const std::set<std::string> supported = supported_names(input);
  const std::vector<std::string> list(supported.begin(), supported.end());
  return error_of(ErrorCode::NotConfigured,
                  "No provider is configured. Run 'patchbay configure' to set up an API key.",
                  "supported providers: " + (list.empty() ? "none" : joined(list, ", ")),
                  {});
}

int waits(const Candidate& candidate, const RouteInput& input) {
  const auto& pause = candidate.provider.pause;
  const bool is_paused = pause && pause->until_unix_ms > input.now_unix_ms;
  return is_paused ? 2 : candidate.usable_at_unix_ms > input.now_unix_ms ? 1 : 0;
}

// All providers with a usable key, in the registry's order; what cannot be used at once comes last.
Result<std::vector<Candidate>> candidates_anywhere(const Request& request,
                                                   const RouteInput& input) {
  std::vector<Candidate> all;
  Error worst = nothing_usable(input);
  int weight = 0;
  for (const Provider& provider : input.providers) {
    const auto adapter = Registry::adapter_of(input.catalog, provider);
    // What needs no key is used only when it is named.
    if (!adapter || !adapter->manifest().needs_credential) continue;
    auto found = candidates_at(request, provider, *adapter, input);
    if (found.ok()) {
      std::move(found.value().begin(), found.value().end(), std::back_inserter(all));
    } else if (has_keys(provider, input.keys) && weight_of(found.error().code) > weight) {
      weight = weight_of(found.error().code);
      worst = found.error();
    }
  }
  if (all.empty()) return worst;
  std::stable_sort(all.begin(), all.end(), [&](const Candidate& a, const Candidate& b) {
    return waits(a, input) < waits(b, input);
  });
  return all;
}

}  // namespace

Result<std::vector<Candidate>> route(const Request& request, const RouteInput& input) {
  if (!request.provider.empty()) return candidates_named(request, request.provider, input);
  if (!input.default_provider.empty())
    return candidates_named(request, input.default_provider, input);
  return candidates_anywhere(request, input);
}

Result<std::string> provider_of_key(const Catalog& catalog, std::string_view key) {
  std::size_t longest = 0;
  std::set<std::string> names;
  for (const Adapter& adapter : catalog.adapters()) {
    if (!is_vouched_for(adapter.plugin->trust)) continue;
    for (const std::string& prefix : adapter.manifest().key_prefixes) {
      if (prefix.empty() || prefix.size() < longest || !key.starts_with(prefix)) continue;
      if (prefix.size() > longest) names.clear();
      longest = prefix.size();
      names.insert(adapter.manifest().name);
    }
  }
  if (names.size() == 1) return *names.begin();
  const std::vector<std::string> list(names.begin(), names.end());
  return error_of(ErrorCode::NotFound,
                  list.empty()
                      ? std::string("this key's form belongs to no known provider")
                      : "this key could belong to several providers: " + joined(list, ", "),
                  "name it with --provider",
                  {});
}

}  // namespace patchbay::host
