// What registration wrote for a provider's name, kept so that a person's edits are told from it.
#pragma once

#include "core/store/database.hpp"
#include "host/loader/manifest.hpp"
#include "host/provider.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace patchbay::host {

struct Registration {
  std::string adapter;  // id; empty where the row came with the schema, or a person made it
  std::string display_name;
  std::string endpoint_url;
  std::string auth_type;
  std::optional<std::string> model_name;

  friend bool operator==(const Registration&, const Registration&) = default;
};

[[nodiscard]] Registration registration_of(const AdapterManifest& manifest);
[[nodiscard]] Registration registration_of(const Provider& row);

[[nodiscard]] Result<std::optional<Registration>> find_registration(store::Database& database,
                                                                    std::string_view provider_name);
// Within the caller's transaction, as is the next.
[[nodiscard]] Status write_registration(store::Database& database,
                                        std::string_view provider_name,
                                        const Registration& registration);
// A name that was registered and has no row is not registered again.
[[nodiscard]] Status remember_removal(store::Database& database, const Provider& row);

}  // namespace patchbay::host
