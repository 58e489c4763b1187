#include "host/loader/private_copy.hpp"

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "host/loader/plugin_file.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t hash_text_size = 64;

Error plugin_error(std::string message) {
  return Error{ErrorCode::Plugin, std::move(message), {}, {}};
}

// "the copies' folder X" and what is wrong with it.
Error folder_error(const fs::path& directory, std::string_view reason) {
  return plugin_error("plugins cannot be copied to " + directory.string() + ": " +
                      std::string(reason));
}

Result<fs::path> prepare_directory(const fs::path& directory) {
  if (directory.empty()) return plugin_error("no folder was named for the copies of plugins");
  const Status made = make_private_directory(directory);
  if (!made.ok()) return plugin_error(made.error().message);
  std::error_code error;
  const fs::path canonical = fs::canonical(directory, error);
  if (error) return folder_error(directory, error.message());
  const Status safe = check_folders(canonical, TrustedOwners::of_process());
  if (!safe.ok()) return folder_error(directory, safe.error().message);
  struct stat info{};
  if (stat(canonical.c_str(), &info) != 0 || info.st_uid != geteuid())
    return folder_error(directory, "it belongs to another user");
  // The sticky bit protects what stands in a folder, but not the names to come.
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (info.st_mode & S_ISVTX) != 0)
    return folder_error(directory, "others may write to it");
  return canonical;
}

bool is_copy_name(std::string_view name) {
  constexpr std::string_view suffix = ".so";
  return name.size() == hash_text_size + suffix.size() && name.ends_with(suffix) &&
         std::all_of(name.begin(), name.begin() + hash_text_size, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool is_unfinished_name(std::string_view name) {
  return name.starts_with(".patchbay-") && name.ends_with(".part");
}

// Removing a copy that another process has loaded does it no harm: its memory stays mapped.
void remove_old_copies(const fs::path& directory) {
  std::error_code error;
  const auto oldest = fs::file_time_type::clock::now() - private_copy_age_max;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!is_copy_name(name) && !is_unfinished_name(name)) continue;
    std::error_code ignored;
    const fs::file_time_type used = entry->last_write_time(ignored);
    if (!ignored && used < oldest) fs::remove(entry->path(), ignored);
  }
}

// True where a copy is there and has the hash of its name; then it counts as used now.
bool is_intact(const fs::path& copy, const FoundPlugin& plugin) {
  const Result<PluginFile> file = open_plugin_file(copy, TrustedOwners::of_process());
  if (!file.ok()) return false;
  const Result<std::string> hash = hash_plugin_file(file.value());
  if (!hash.ok() || hash.value() != plugin.sha256) return false;
  return futimens(file.value().descriptor.get(), nullptr) == 0 || errno == EROFS;
}

Status make_copy(const FoundPlugin& plugin, const TrustedOwners& owners, const fs::path& copy) {
  const PluginFile source = PATCHBAY_TRY(open_plugin_file(plugin.path, owners));
  AtomicFile target = PATCHBAY_TRY(AtomicFile::create(copy, 0500, IfExists::Replace));
  const std::string hash = PATCHBAY_TRY(hash_plugin_file(
      source, [&](std::span<const std::uint8_t> bytes) { return target.write(bytes); }));
  if (hash != plugin.sha256)
    return plugin_error("has changed since it was examined: run the command again");
  return target.commit();
}

// The manifest was read from the drop-in at another moment than its hash was taken.
Status check_manifest(const FoundPlugin& plugin, const fs::path& copy) {
  const PluginFile file = PATCHBAY_TRY(open_plugin_file(copy, TrustedOwners::of_process()));
  const Manifest manifest = PATCHBAY_TRY(read_manifest(file));
  if (manifest.text != plugin.manifest.text)
    return plugin_error("was changed while it was examined: run the command again");
  return {};
}

}  // namespace

Result<fs::path> private_copy(const FoundPlugin& plugin,
                              const TrustedOwners& owners,
                              const fs::path& directory) {
  const fs::path folder = PATCHBAY_TRY(prepare_directory(directory));
  const fs::path copy = folder / (plugin.sha256 + ".so");
  const auto named = [&](const Status& status) -> Status {
    if (status.ok() || status.error().code != ErrorCode::Plugin) return status;
    return plugin_error("the plugin " + printable(plugin.path.native()) + " " +
                        status.error().message);
  };
  if (!is_intact(copy, plugin)) {
    PATCHBAY_TRY(named(make_copy(plugin, owners, copy)));
    remove_old_copies(folder);
  }
  PATCHBAY_TRY(named(check_manifest(plugin, copy)));
  return copy;
}

}  // namespace patchbay::host
