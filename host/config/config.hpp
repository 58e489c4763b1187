// patchbay.toml, the environment and flags: one value each, and where it came from.
#pragma once

#include "core/base/result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

// Where everything of one Patchbay is: one folder, or the XDG ones. All paths are absolute.
struct Home {
  std::filesystem::path config_file;       // patchbay.toml
  std::filesystem::path database_file;     // patchbay.db
  std::filesystem::path service_key_file;  // service.key
  std::filesystem::path owner_key_file;    // owner.key
  std::filesystem::path plugin_directory;  // plugins/
  std::filesystem::path state_directory;   // plugin copies, sessions
};

struct HomeOptions {
  std::string home_flag;      // --home; empty: PATCHBAY_HOME, then XDG
  std::string database_flag;  // --db; empty: in the home
};
// One folder where --home or PATCHBAY_HOME names it; else patchbay.toml in
// $XDG_CONFIG_HOME/patchbay (~/.config/patchbay) and the rest in $XDG_DATA_HOME/patchbay
// (~/.local/share/patchbay). An XDG variable that is not an absolute path is ignored, as its
// specification asks. Reads the environment by secure_getenv. Makes nothing.
// Errors: NotConfigured where no home can be told, HOME being unset.
[[nodiscard]] Result<Home> find_home(const HomeOptions& options);

struct ProviderTable {  // [providers.NAME]
  // adapter, endpoint, auth_type, model, and settings. Numbers as they are written, booleans as
  // "1" and "0".
  std::map<std::string, std::string> values;
};

struct Config {
  std::string project_id;               // project.id: UUID; empty: not initialised
  std::string owner_public_key;         // project.owner_public_key: base64url
  std::int64_t generation = 1;          // project.generation: of the root secret
  std::string environment = "default";  // environment
  std::string provider;  // provider: the one `configure --default` chose; may be empty
  std::filesystem::path service_key_file;           // vault.service_key_file; empty: in the home
  std::filesystem::path owner_key_file;             // vault.owner_key_file; empty: in the home
  std::string vault_recovery = "required";          // vault.recovery: required or refused
  std::filesystem::path store_path;                 // store.path; empty: in the home
  std::filesystem::path ca_file;                    // tls.ca_file; empty: the system's
  std::string proxy_url;                            // proxy.url; empty: none. May hold a password
  std::vector<std::filesystem::path> plugin_paths;  // plugins.paths: files or folders
  // plugins.unvouched: isolate, isolate-without-landlock, refuse
  std::string unvouched_plugins = "isolate";
  std::filesystem::path worker_program;  // plugins.worker; empty: the one beside the program
  std::string log_level = "warning";     // log.level: error, warning, info, debug
  // timeouts.image, .chat, .connect, .idle: in the file, in seconds.
  std::optional<std::chrono::milliseconds> image_timeout, chat_timeout, connect_timeout,
      idle_timeout;
  std::optional<std::uint64_t> response_size_max;  // limits.response_size: bytes
  std::int64_t attempts_kept_days = 90;  // limits.attempts_kept_days; sums per hour stay for ever
  std::map<std::string, ProviderTable> providers;
  // Key -> "default", the name of the file, of the variable ("PATCHBAY_ENV") or of the flag.
  std::map<std::string, std::string> origins;
  // What was set and could not be used, a sentence each; for `patchbay doctor` and the log.
  std::vector<std::string> warnings;
};

inline constexpr std::size_t config_size_max = std::size_t{1} << 20U;  // bytes of the file

// Relative paths in the file are relative to its folder; "~/" stands for HOME.
// Errors: BadInput with file, line, column and, for an unknown key, the nearest known one.
// A missing file gives the defaults.
[[nodiscard]] Result<Config> load_config(const std::filesystem::path& file);

// Applies the variables over the file's values; relative paths are relative to the working
// directory, and an empty variable counts as unset. Read by secure_getenv:
//   PATCHBAY_ENV       environment       PATCHBAY_CA_FILE  tls.ca_file
//   PATCHBAY_PROVIDER  provider          PATCHBAY_PROXY    proxy.url
//   PATCHBAY_DB        store.path        PATCHBAY_LOG      log.level
//   PATCHBAY_RECOVERY  vault.recovery
// A value that cannot be used leaves what was there and adds a warning. (PATCHBAY_HOME is read by
// find_home, PATCHBAY_PLUGIN_PATH by the loader, PATCHBAY_VAULT_KEY_FILE by the vault.)
void apply_environment(Config& config);

// Sets one key in the file, leaving the rest as a person wrote it (comments included); whole or not
// at all. The value is text: a number of seconds or bytes for keys that take one, paths separated
// by ':' for plugins.paths, anything for providers.NAME.FIELD. Makes the file (0600) and its
// folder where they are missing; follows a symbolic link to the file rather than replacing it.
// Errors: BadInput for an unknown key, a value of the wrong type, and a file that does not parse.
[[nodiscard]] Status set_config_value(const std::filesystem::path& file,
                                      std::string_view key,
                                      std::string_view value);

}  // namespace patchbay::host
