#include "host/router/key_choice.hpp"

#include "core/base/clock.hpp"
#include "core/base/text.hpp"
#include "host/outcome.hpp"
#include "host/router/router.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace patchbay::host {
namespace {

bool may_use(const Key& key, const Request& request) {
  return key.user.empty() || key.user == request.user;
}

bool is_before(const Key& a, const Key& b) {
  const auto rank = [](const Key& key) {
    // Never used comes first.
    return std::tuple(
        key.user.empty(), key.priority, key.last_used_unix_ms, key.created_at, key.id);
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

// When the key is usable for the model again; nothing: it is.
const CoolDown* longest_cool_down(const Key& key, const KeyWish& wish) {
  const CoolDown* longest = nullptr;
  for (const CoolDown& it : key.cool_downs) {
    const bool applies = it.model.empty() || it.model == wish.model;
    if (!applies || it.until_unix_ms <= wish.now_unix_ms) continue;
    if (longest == nullptr || it.until_unix_ms > longest->until_unix_ms) longest = &it;
  }
  return longest;
}

ErrorCode code_of(const CoolDown& cool_down) {
  if (cool_down.reason == to_string(Category::Quota)) return ErrorCode::Quota;
  // A refusal that waits to be confirmed.
  if (cool_down.reason == to_string(Category::AuthInvalid)) return ErrorCode::AuthInvalid;
  return ErrorCode::Rate;
}

Error all_cool_down(const KeyWish& wish, const std::vector<Key>& keys) {
  const Key* soonest = nullptr;
  const CoolDown* until = nullptr;
  for (const Key& key : keys) {
    const CoolDown* it = longest_cool_down(key, wish);
    if (until != nullptr && until->until_unix_ms <= it->until_unix_ms) continue;
    soonest = &key;
    until = it;
  }
  const std::string& name = wish.provider.name;
  const std::string whose = keys.size() == 1 ? "the key of provider '" + name + "' cools"
                                             : "all " + std::to_string(keys.size()) +
                                                   " keys of provider '" + name + "' cool";
  const std::string what = until->model.empty() ? "" : " for model " + printable(until->model);
  const std::int64_t wait_ms = until->until_unix_ms - wish.now_unix_ms;
  Error error{code_of(*until),
              whose + " down" + what + " until " + sql_timestamp(until->until_unix_ms) +
                  " UTC, after the provider's answer '" + until->reason + "'",
              "wait " + std::to_string((wait_ms + 999) / 1000) +
                  " s, add another key with 'patchbay key add --provider " + name +
                  "', or end it with 'patchbay key enable " + soonest->id + "'",
              name};
  error.retry_after = std::chrono::milliseconds(wait_ms);
  return error;
}

}  // namespace

Result<std::vector<KeyChoice>> usable_keys(const KeyWish& wish, const std::vector<Key>& keys) {
  const Request& request = wish.request;
  std::vector<Key> matching;
  for (const Key& key : keys)
    if (key.provider_id == wish.provider.id && key.environment == request.environment &&
        may_use(key, request))
      matching.push_back(key);
  if (matching.empty()) return none_matches(request, wish.provider, keys);
  std::sort(matching.begin(), matching.end(), is_before);
  std::vector<Key> usable;
  for (const Key& key : matching)
    if (key.is_active && key.seal == SealState::Sealed) usable.push_back(key);
  if (usable.empty()) return why_none(wish.provider, matching);

  const bool is_free =
      request.operation == Operation::Verify || request.operation == Operation::Models;
  std::vector<KeyChoice> ready;
  std::vector<KeyChoice> cooling;
  for (const Key& key : usable) {
    const CoolDown* until = longest_cool_down(key, wish);
    if (until == nullptr) {
      ready.push_back({key, 0});
    } else if (is_free) {
      cooling.push_back({key, 0});
    } else if (until->until_unix_ms - wish.now_unix_ms <= request.patience.count()) {
      cooling.push_back({key, until->until_unix_ms});
    }
  }
  std::move(cooling.begin(), cooling.end(), std::back_inserter(ready));
  if (ready.empty()) return all_cool_down(wish, usable);
  return ready;
}

}  // namespace patchbay::host
