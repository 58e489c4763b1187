// How a plugin is shown, and how a person names one.
#pragma once

#include "core/base/result.hpp"
#include "core/json/value.hpp"
#include "host/loader/catalog.hpp"

#include <optional>
#include <string>
#include <vector>

namespace patchbay::cli {

class Context;

// By the name or id of one of its adapters, by its file's name, or by path, also where no folder
// that is searched has it. Errors: Usage, NotFound, Plugin with the reason of a refusal.
[[nodiscard]] Result<host::FoundPlugin> plugin_named(Context& context,
                                                     const std::optional<std::string>& name);
[[nodiscard]] json::Value document_of(const host::FoundPlugin& plugin);
// Everything that one should know before vouching for it: one line each.
[[nodiscard]] std::vector<std::string> words_about(const host::FoundPlugin& plugin);
// "acme, acme"
[[nodiscard]] std::string adapter_names(const host::FoundPlugin& plugin);

}  // namespace patchbay::cli
