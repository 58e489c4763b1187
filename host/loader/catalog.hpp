// Which plugins there are, which of them may load, and why the others may not.
#pragma once

#include "core/base/result.hpp"
#include "host/loader/adapter_code.hpp"
#include "host/loader/manifest.hpp"
#include <patchbay/plugin.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

enum class Trust : std::uint8_t {
  Bundled,     // from the folder that belongs to the running program
  Vouched,     // a manager signed for exactly this file
  Isolated,    // neither: runs in a worker, never in this process
  NeedsTrust,  // neither, and there is no worker that may run it: listed, not loaded
};
[[nodiscard]] std::string_view to_string(Trust trust) noexcept;  // "bundled", "needs trust", …
// Whether somebody vouched for it: only then its manifest is believed where nobody looks at it.
[[nodiscard]] constexpr bool is_vouched_for(Trust trust) noexcept {
  return trust == Trust::Bundled || trust == Trust::Vouched;
}

struct FoundPlugin {
  std::filesystem::path path;  // where it was dropped
  std::string sha256;          // of the file, in hex
  std::uint64_t size = 0;      // bytes
  Manifest manifest;
  Trust trust = Trust::NeedsTrust;
  std::string shadowed_by;  // the path of the plugin that serves its name instead; empty: in use
  // Likewise for each adapter that is not in use. One whose name went to another adapter may still
  // be had by its id; one whose id another file has may not.
  std::map<std::uint32_t, std::string> shadowed_adapters;
};

struct RefusedPlugin {
  std::filesystem::path path;
  std::string reason;  // continues a sentence that begins with the path: "is cut off (…)"
};

// One adapter of a plugin that was found.
struct Adapter {
  const FoundPlugin* plugin = nullptr;  // owned by the catalog
  std::uint32_t index = 0;              // within the plugin
  [[nodiscard]] const AdapterManifest& manifest() const { return plugin->manifest.adapters[index]; }
  friend bool operator==(const Adapter&, const Adapter&) = default;
};

inline constexpr std::size_t plugins_max = 256;  // files that are looked at

struct CatalogOptions {
  std::filesystem::path bundled_directory;                // empty: none
  std::vector<std::filesystem::path> explicit_paths;      // files or directories, first
  std::vector<std::filesystem::path> search_directories;  // PATCHBAY_PLUGIN_PATH, home, XDG, system
  std::filesystem::path copy_directory;  // private, 0700: loaded copies, named by their hash
  std::filesystem::path worker_program;  // runs what nobody vouched for; empty: nothing does
  bool worker_without_landlock = false;  // also where the kernel cannot restrict files
  // Whether a manager signed for this file; called once per plugin that is not bundled.
  std::function<bool(const FoundPlugin&)> is_vouched;
};

// The documented places, in order: PATCHBAY_PLUGIN_PATH (secure_getenv; separated by ':'),
// HOME/plugins of Patchbay, $XDG_DATA_HOME/patchbay/plugins, /usr/local/lib/patchbay/plugins,
// /usr/lib/patchbay/plugins.
[[nodiscard]] std::vector<std::filesystem::path> default_search_directories(
    const std::filesystem::path& patchbay_home);
// The plugins folder beside the program that is running: ../lib/patchbay/plugins, which need not
// exist.
[[nodiscard]] std::filesystem::path bundled_directory_of_program();

// Not thread-safe while it is made; afterwards const use from any thread.
class Catalog {
 public:
  // Reads files, runs none of them. Never fails for a bad plugin: that one is listed as refused.
  // Of a directory it takes the files ending in ".so", hidden ones aside, in the order of their
  // names; missing directories are passed over, missing explicit paths refused.
  [[nodiscard]] static Result<std::unique_ptr<Catalog>> discover(CatalogOptions options);
  virtual ~Catalog() = default;
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;

  [[nodiscard]] virtual const std::vector<FoundPlugin>& plugins() const = 0;
  [[nodiscard]] virtual const std::vector<RefusedPlugin>& refused() const = 0;
  // Adapters in use (not shadowed), of plugins of any trust, sorted by name.
  [[nodiscard]] virtual std::vector<Adapter> adapters() const = 0;
  // Also an adapter whose name is served by another: a row may pin its id.
  [[nodiscard]] virtual std::optional<Adapter> by_id(std::string_view adapter_id) const = 0;
  [[nodiscard]] virtual std::optional<Adapter> by_name(std::string_view provider_name) const = 0;

  // What a session is opened with: the module, or how a worker is started. Errors: as load(), and
  // NeedsTrust. Thread-safe.
  [[nodiscard]] virtual Result<AdapterCode> code_of(const Adapter& adapter);
  // Loads the plugin into this process on first use, for the life of the process, from a private
  // copy of the very bytes that were judged. Errors: NeedsTrust (nobody vouched for it), Plugin,
  // Output (no place for the copy). Thread-safe.
  [[nodiscard]] virtual Result<const patchbay_module*> load(const Adapter& adapter) = 0;

 protected:
  Catalog() = default;
};

}  // namespace patchbay::host
