#include "host/router/key_choice.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace patchbay::host {
namespace {

bool may_use(const Key& key, const Request& request) {
  return key.user.empty() || key.user == request.user;
}

// Rows written elsewhere have "2026-11-23T05:16:24.123Z"; ours "2026-11-23 05:16:24".
std::string sortable_time(const std::optional<std::string>& time) {
  std::string text = time.value_or(std::string()).substr(0, 19);
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text;
}

bool is_before(const Key& a, const Key& b) {
  const auto rank = [](const Key& key) {
    // Never used comes first, as the empty text does.
    return std::tuple(key.user.empty(),
                      key.priority,
                      sortable_time(key.last_used_at),
                      sortable_time(key.created_at),
                      key.id);
  };
  return rank(a) < rank(b);
}

std::string not_configured_message(const std::string& provider) {
  return "Provider '" + provider + "' not configured. Run 'patchbay configure --provider " +
         provider + "' to set up API key.";
}

// Keys are there, but not for this environment or user.
Error none_matches(const Request& request, const Provider& provider, const std::vector<Key>& keys) {
  std::set<std::string> environments;
  for (const Key& key : keys)
    if (key.provider_id == provider.id && may_use(key, request) && key.is_active)
      environments.insert(key.environment);
  std::string hint;
  if (!environments.empty()) {
    const std::vector<std::string> list(environments.begin(), environments.end());
    hint = "environment '" + request.environment +
           "' has no key of it; there are keys in: " + joined(list, ", ") + " (choose with --env)";
  }
  return Error{ErrorCode::NotConfigured,
               not_configured_message(provider.name),
               std::move(hint),
               provider.name};
}

Error inactive(const Provider& provider, const Key& key) {
  const std::string reason = key.inactive_reason.empty() ? "" : " (" + key.inactive_reason + ")";
  return Error{ErrorCode::Inactive,
               "the key of provider '" + provider.name + "' is switched off" + reason,
               "run 'patchbay key enable " + key.id +
                   "', or store another with 'patchbay configure "
                   "--provider " +
                   provider.name + " --force'",
               provider.name};
}

Error not_sealed(const Provider& provider, const Key& key) {
  const bool tampered = key.seal == SealState::Tampered;
  const std::string what =
      tampered ? "' is tampered: its row differs from what its owner signed, so it is not sent"
               : "' is not sealed: its owner has not said where it may be sent";
  return Error{
      ErrorCode::Tampered,
      "the key " + key.id + " of provider '" + provider.name + what,
      "look at it with 'patchbay key list'; if all is right: patchbay key approve " + key.id,
      provider.name};
}

// The keys that match are all unusable: the first that could be used again with least effort.
Error why_none(const Provider& provider, const std::vector<Key>& matching) {
  const auto find = [&matching](SealState seal) {
    return std::find_if(matching.begin(), matching.end(), [seal](const Key& key) {
      return key.is_active && key.seal == seal;
    });
  };
  for (const SealState seal : {SealState::Tampered, SealState::Unsealed})
    if (const auto found = find(seal); found != matching.end()) return not_sealed(provider, *found);
  return inactive(provider, matching.front());
}

}  // namespace

Result<std::vector<Key>> usable_keys(const Request& request,
                                     const Provider& provider,
                                     const std::vector<Key>& keys) {
  std::vector<Key> matching;
  for (const Key& key : keys)
    if (key.provider_id == provider.id && key.environment == request.environment &&
        may_use(key, request))
      matching.push_back(key);
  if (matching.empty()) return none_matches(request, provider, keys);
  std::sort(matching.begin(), matching.end(), is_before);
  std::vector<Key> usable;
  for (const Key& key : matching)
    if (key.is_active && key.seal == SealState::Sealed) usable.push_back(key);
  if (usable.empty()) return why_none(provider, matching);
  return usable;
}

}  // namespace patchbay::host
