// How a key is shown, and how a person names one: never by its characters.
#pragma once

#include "core/base/result.hpp"
#include "core/json/value.hpp"
#include "host/host.hpp"

#include <optional>
#include <string>
#include <vector>

namespace patchbay::cli {

class Context;

struct ShownKey {
  host::Key key;
  std::string provider;     // its name; the id where no such row exists
  std::string fingerprint;  // empty: the vault is closed, or the token does not open
  std::string state;   // "active", "used", "inactive", "unsealed", "tampered", "needs re-entry"
  std::string reason;  // why it is inactive; may be empty
};

// Without its provider's name. A vault that is null opens nothing.
[[nodiscard]] ShownKey shown_key(host::Key key, const host::Vault* vault);
// A vault that does not open, and a key that does not decrypt, take nothing from the list.
[[nodiscard]] Result<std::vector<ShownKey>> shown_keys(Context& context,
                                                       const std::optional<std::string>& provider);
// The one key of that fingerprint, id, or beginning of an id. Errors: NotFound, Usage.
[[nodiscard]] Result<ShownKey> key_named(Context& context, const std::optional<std::string>& name);
[[nodiscard]] json::Value document_of(const ShownKey& shown);
[[nodiscard]] json::Value document_of(const host::CoolDown& cool_down);
// "until 2026-11-23 05:17:24 (quota, model-1)"; empty: it does not cool down.
[[nodiscard]] std::string cool_downs_of(const host::Key& key);
// "acme key 1a2b3c4d"
[[nodiscard]] std::string name_of(const ShownKey& shown);

}  // namespace patchbay::cli
