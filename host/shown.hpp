// How providers and keys are shown, and how a person names a key: never by its characters.
#pragma once

#include "core/base/result.hpp"
#include "host/host.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

struct ShownKey {
  Key key;
  std::string provider;     // its name; the id where no such row exists
  std::string fingerprint;  // empty: the vault is closed, or the token does not open
  std::string state;   // "active", "used", "inactive", "unsealed", "tampered", "needs re-entry"
  std::string reason;  // why it is inactive; may be empty
};

// Without its provider's name. A vault that is null opens nothing.
[[nodiscard]] ShownKey shown_key(Key key, const Vault* vault);
// Of one provider, or, where the name is empty, of all. A vault that does not open, and a key that
// does not decrypt, take nothing from the list. Errors: UnknownProvider.
[[nodiscard]] Result<std::vector<ShownKey>> shown_keys(Host& host, const std::string& provider);
// The one key of that fingerprint, id, or beginning of an id. Errors: NotFound, Usage.
[[nodiscard]] Result<ShownKey> key_named(Host& host, std::string_view name);

// "active", "inactive", "no plugin" or "needs trust".
[[nodiscard]] std::string state_of(const Provider& provider, const Catalog& catalog);
// The row's, else its adapter's; may be empty.
[[nodiscard]] std::string image_model_of(const Provider& provider, const Catalog& catalog);
// Why a plugin is not used, or what took its place; empty where it is used whole.
[[nodiscard]] std::string unused_reason(const FoundPlugin& plugin);

}  // namespace patchbay::host
