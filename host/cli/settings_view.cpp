#include "host/cli/settings_view.hpp"

#include "core/base/text.hpp"
#include "core/net/trust_store.hpp"
#include "host/cli/context.hpp"
#include "host/config/keys.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <unistd.h>
#include <utility>

namespace patchbay::cli {
namespace {

constexpr std::array variables{
    Variable{"PATCHBAY_HOME", "The folder that holds everything; --home wins"},
    Variable{"PATCHBAY_DB", "The database; --db wins"},
    Variable{"PATCHBAY_ENV", "The environment of the keys; --env wins"},
    Variable{"PATCHBAY_USER", "Whose keys are used first; --user wins"},
    Variable{"PATCHBAY_PROVIDER", "The provider that is asked when none is named"},
    Variable{"PATCHBAY_VAULT_KEY_FILE", "The key that opens the vault; --key-file wins"},
    Variable{"PATCHBAY_VAULT_KEY", "The key itself, overwritten where others could see it"},
    Variable{"PATCHBAY_RECOVERY", "Whether a recovery code is required, or refused"},
    Variable{"PATCHBAY_PLUGIN_PATH", "More folders with plugins, separated by colons"},
    Variable{"PATCHBAY_CA_FILE", "The certificates that servers are checked against"},
    Variable{"PATCHBAY_PROXY", "The proxy's URL; http_proxy and its like are not read"},
    Variable{"PATCHBAY_LOG", "What is logged: error, warning, info or debug"},
};

std::string variable(const char* name) {
  const char* value = ::secure_getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// "300 s", "2.5 s"
std::string seconds(std::chrono::milliseconds time) {
  const std::int64_t count = time.count();
  std::string text = std::to_string(count / 1000);
  if (count % 1000 != 0) {
    std::string rest = std::to_string(1000 + count % 1000).substr(1);
    rest.erase(rest.find_last_not_of('0') + 1);
    text += "." + rest;
  }
  return text + " s";
}

// What counts where nobody set anything.
std::string effective_value(std::string_view key, const host::HomeFacts& facts) {
  const host::Config& config = facts.config;
  const host::EngineLimits limits = host::engine_limits(config);
  if (key == "vault.service_key_file") return facts.service_key_file.string();
  if (key == "vault.owner_key_file") return facts.owner_key_file.string();
  if (key == "store.path") return facts.database_file.string();
  if (key == "timeouts.image") return seconds(host::deadline_of(config, host::Operation::Image));
  if (key == "timeouts.chat") return seconds(host::deadline_of(config, host::Operation::Chat));
  if (key == "timeouts.connect") return seconds(limits.connect_timeout);
  if (key == "timeouts.idle") return seconds(limits.idle_timeout);
  if (key == "limits.response_size") return std::to_string(limits.response_size_max) + " bytes";
  if (key == "proxy.url" && !config.proxy_url.empty()) return without_password(config.proxy_url);
  if (key == "tls.ca_file" && config.ca_file.empty()) {
    const auto store = net::trust_store({});
    return store.ok() ? store.value().file.string() : std::string();
  }
  return host::setting_text(config, key);
}

// Options that no key of patchbay.toml stands for, or that win over it.
std::string origin_by_option(std::string_view key, const GlobalArguments& global) {
  if (key == "store.path" && global.database) return "--db";
  if (key == "vault.service_key_file" && global.service_key_file) return "--key-file";
  if (key == "vault.owner_key_file" && global.owner_key_file) return "--owner-key-file";
  if (key == "log.level" && global.quiet) return "--quiet";
  if (key == "log.level" && global.verbose) return "--verbose";
  return {};
}

ShownSetting shown_setting(std::string_view key,
                           const host::HomeFacts& facts,
                           const GlobalArguments& global) {
  ShownSetting setting{std::string(key), effective_value(key, facts), "default"};
  const auto known = facts.config.origins.find(setting.name);
  if (known != facts.config.origins.end()) setting.origin = known->second;
  const std::string option = origin_by_option(key, global);
  if (!option.empty()) setting.origin = option;
  if (option == "--key-file") setting.value = *global.service_key_file;
  if (option == "--quiet") setting.value = to_string(LogLevel::Error);
  if (option == "--verbose") setting.value = to_string(LogLevel::Info);
  return setting;
}

ShownSetting shown_home(const host::HomeFacts& facts, const GlobalArguments& global) {
  ShownSetting home{"home", facts.home.state_directory.string(), "default"};
  if (!global.home.value_or("").empty()) {
    home.origin = "--home";
  } else if (!variable("PATCHBAY_HOME").empty()) {
    home.origin = "PATCHBAY_HOME";
  } else if (variable("XDG_DATA_HOME").starts_with('/')) {
    home.origin = "XDG_DATA_HOME";
  }
  return home;
}

ShownSetting shown_user(const Context& context, const GlobalArguments& global) {
  const bool from_variable = !global.user && !context.user().empty();
  return {"user",
          context.user(),
          global.user     ? "--user"
          : from_variable ? "PATCHBAY_USER"
                          : "default"};
}

}  // namespace

std::vector<ShownSetting> shown_settings(const Context& context, const host::HomeFacts& facts) {
  const GlobalArguments& global = context.global();
  std::vector<ShownSetting> settings{shown_home(facts, global), shown_user(context, global)};
  for (const std::string_view key : host::known_keys()) {
    settings.push_back(shown_setting(key, facts, global));
  }
  for (const auto& [name, table] : facts.config.providers) {
    for (const auto& [field, value] : table.values) {
      const std::string key = "providers." + name + "." + field;
      const auto origin = facts.config.origins.find(key);
      settings.push_back(
          {key, value, origin == facts.config.origins.end() ? "default" : origin->second});
    }
  }
  for (const char* name : {"PATCHBAY_VAULT_KEY_FILE", "PATCHBAY_PLUGIN_PATH"}) {
    if (const std::string value = variable(name); !value.empty()) {
      settings.push_back({name, value, "environment"});
    }
  }
  return settings;
}

std::span<const Variable> known_variables() {
  return variables;
}

void examine_variables(Examination& examination) {
  constexpr std::string_view prefix = "PATCHBAY_";
  examination.begin("environment");
  std::vector<std::string_view> names;
  for (const Variable& known : variables) names.push_back(known.name);
  std::size_t known_count = 0;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    if (!name.starts_with(prefix)) continue;
    if (std::ranges::find(names, name) != names.end()) {
      ++known_count;
      continue;
    }
    const std::string_view near = nearest(name, names);
    examination.warn("variables",
                     printable(name) + " is set, and means nothing",
                     near.empty() ? "`man patchbay` lists those that are read"
                                  : "did you mean " + std::string(near) + "?");
  }
  examination.ok("variables", std::to_string(known_count) + " of Patchbay's own are set");
}

std::string without_password(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t end = std::min(url.find_first_of("/?#", begin), url.size());
  const std::size_t at = url.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < begin) return std::string(url);
  return std::string(url.substr(0, begin)) + "…" + std::string(url.substr(at));
}

}  // namespace patchbay::cli
