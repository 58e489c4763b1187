// Keys as the commands show them.
#pragma once

#include "core/base/result.hpp"
#include "core/json/value.hpp"
#include "host/shown.hpp"

#include <optional>
#include <string>
#include <vector>

namespace patchbay::cli {

class Context;

using host::shown_key;
using host::ShownKey;

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
