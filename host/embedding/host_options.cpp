#include "host/embedding/host_options.hpp"

#include "host/embedding/error.hpp"
#include "host/embedding/library_place.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace patchbay::embedding {
namespace {

constexpr std::uint64_t plugin_paths_max = 256;
std::filesystem::path absolute(const char* path) {
  std::error_code unknown;
  std::filesystem::path result = std::filesystem::absolute(text_of(path), unknown);
  return unknown ? std::filesystem::path(path) : result;
}

Status read_plugins(const patchbay_host_options& given, host::HostOptions& options) {
  if (given.plugin_path_count > plugin_paths_max)
    return usage_error("a host takes " + std::to_string(plugin_paths_max) +
                       " plugin paths at most");
  for (std::uint64_t i = 0; i < given.plugin_path_count; ++i)
    options.plugin_paths.push_back(absolute(given.plugin_paths[i]));
  if (is_given(given.plugin_directory))
    options.vouched_directories.push_back(absolute(given.plugin_directory));
  // Whoever chose this library chose what came with it, whoever owns the program.
  options.bundled_plugins = plugins_of_library();
  options.vouched_directories.push_back(*options.bundled_plugins);
  return {};
}

host::HostOptions read_home(const patchbay_host_options& given) {
  host::HostOptions options;
  options.home.home_flag = text_of(given.home);
  options.home.database_flag = text_of(given.database_file);
  options.environment = text_of(given.environment);
  options.service_key_file = text_of(given.service_key_file);
  options.ca_file = text_of(given.ca_file);
  options.proxy_url = text_of(given.proxy_url);
  options.connections_max = given.connections_max;
  const bool reads_environment = (given.flags & PATCHBAY_HOST_READ_ENVIRONMENT) != 0;
  options.use_environment =
      reads_environment ? host::UseEnvironment::Yes : host::UseEnvironment::No;
  const auto level = static_cast<LogLevel>(std::min<std::uint32_t>(given.log_level, 3));
  options.log_level = to_string(level);
  return options;
}

}  // namespace

Result<EmbeddedOptions> read_options(const patchbay_host_options& given) {
  EmbeddedOptions options;
  options.host = read_home(given);
  PATCHBAY_TRY(read_plugins(given, options.host));
  if (given.threading > PATCHBAY_HOST_YOUR_LOOP)
    return usage_error("threading is PATCHBAY_HOST_OWN_THREAD or PATCHBAY_HOST_YOUR_LOOP");
  if (given.threading == PATCHBAY_HOST_YOUR_LOOP) options.threading = Threading::CallersLoop;
  if (given.progress_interval_ms > 0)
    options.progress_interval = std::chrono::milliseconds(given.progress_interval_ms);
  if (given.log != nullptr) {
    options.log = [log = given.log, user = given.user](LogLevel level, std::string_view line) {
      log(user, static_cast<std::uint32_t>(level), std::string(line).c_str());
    };
  }
  if (given.unix_ms != nullptr)
    options.unix_ms = [now = given.unix_ms, user = given.user] { return now(user); };
  return options;
}

}  // namespace patchbay::embedding
