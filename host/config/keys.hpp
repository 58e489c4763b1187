// The keys of patchbay.toml: which there are, of which type, and how a value gets into Config.
#pragma once

#include "core/base/result.hpp"
#include "host/config/config.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace patchbay::host {

using Setting = std::variant<std::string, std::int64_t, double, bool, std::vector<std::string>>;

// "project.id" and its like; providers.NAME.FIELD is not among them.
[[nodiscard]] std::span<const std::string_view> known_keys();
[[nodiscard]] bool is_known_key(std::string_view key);
// True for "timeouts": a table that holds known keys.
[[nodiscard]] bool is_known_table(std::string_view name);

struct ProviderKey {
  std::string provider;
  std::string field;
};
// The parts of "providers.NAME.FIELD"; empty where the key is no such.
[[nodiscard]] std::optional<ProviderKey> provider_key(std::string_view key);

// "unknown key `timeout.image`; did you mean `timeouts.image`?"
[[nodiscard]] Error unknown_key(std::string_view key);

// Puts the value into its place. Relative paths become absolute below `base`. The error names the
// key, not where it stood. Requires a known key, or one of a provider.
[[nodiscard]] Status assign(Config& config,
                            std::string_view key,
                            const Setting& setting,
                            const std::filesystem::path& base);

// The value that a text of the command line stands for, in the key's own type.
[[nodiscard]] Result<Setting> setting_from_text(std::string_view key, std::string_view text);

// The value that a known key has, as the command line would take it; empty where there is none.
[[nodiscard]] std::string setting_text(const Config& config, std::string_view key);

// The value of an environment variable by secure_getenv; empty where unset.
[[nodiscard]] std::string environment_variable(const char* name);

}  // namespace patchbay::host
