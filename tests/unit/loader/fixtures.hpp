// The plugins of plugins/, and a folder to drop them into.
#pragma once

#include "core/base/file.hpp"
#include "host/loader/catalog.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host::testing {

[[nodiscard]] inline std::filesystem::path built_plugin(std::string_view name) {
  return std::filesystem::path(PATCHBAY_TEST_PLUGINS) / (std::string(name) + ".so");
}

[[nodiscard]] inline std::string plugin_bytes(std::string_view name) {
  return read_file(built_plugin(name), std::size_t{1} << 24U).value();
}

[[nodiscard]] inline std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Folders for bundled plugins, drop-ins and copies; nothing is found outside them.
class PluginFolders {
 public:
  PluginFolders() {
    std::filesystem::create_directory(bundled());
    std::filesystem::create_directory(drop_ins());
  }

  [[nodiscard]] std::filesystem::path root() const { return folder_.path(); }
  [[nodiscard]] std::filesystem::path bundled() const { return folder_.path() / "bundled"; }
  [[nodiscard]] std::filesystem::path drop_ins() const { return folder_.path() / "plugins"; }
  [[nodiscard]] std::filesystem::path copies() const { return folder_.path() / "state/copies"; }

  // Writes a file with the mode that installed plugins have.
  static std::filesystem::path put(const std::filesystem::path& path, std::string_view contents) {
    EXPECT_TRUE(write_file(path, contents, 0755, IfExists::Replace).ok());
    std::filesystem::permissions(path, std::filesystem::perms(0755));
    return path;
  }
  std::filesystem::path drop(std::string_view name) const {
    return put(drop_ins() / (std::string(name) + ".so"), plugin_bytes(name));
  }
  std::filesystem::path bundle(std::string_view name) const {
    return put(bundled() / (std::string(name) + ".so"), plugin_bytes(name));
  }

  [[nodiscard]] CatalogOptions options() const {
    CatalogOptions options;
    options.bundled_directory = bundled();
    options.search_directories = {drop_ins()};
    options.copy_directory = copies();
    return options;
  }
  // Vouches for every plugin.
  [[nodiscard]] CatalogOptions trusting_options() const {
    CatalogOptions options = this->options();
    options.is_vouched = [](const FoundPlugin&) { return true; };
    return options;
  }

 private:
  patchbay::testing::TempDir folder_;
};

[[nodiscard]] inline std::unique_ptr<Catalog> discovered(CatalogOptions options) {
  Result<std::unique_ptr<Catalog>> catalog = Catalog::discover(std::move(options));
  EXPECT_TRUE(catalog.ok());
  return std::move(catalog).value();
}

// Why this file was refused; empty where it was not.
[[nodiscard]] inline std::string reason_for(const Catalog& catalog,
                                            const std::filesystem::path& path) {
  for (const RefusedPlugin& refused : catalog.refused())
    if (refused.path == path) return refused.reason;
  return {};
}

}  // namespace patchbay::host::testing
