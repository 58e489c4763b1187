#include "host/config/keys.hpp"

#include "core/base/id.hpp"
#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;
using Milliseconds = std::chrono::milliseconds;

constexpr double timeout_max_s = 24.0 * 60 * 60;
constexpr std::int64_t response_size_limit = std::int64_t{1} << 40U;  // bytes
constexpr std::size_t environment_size_max = 50;  // code points, as the table has
constexpr std::size_t name_size_max = 50;
constexpr std::string_view providers_table = "providers.";

Error wrong(std::string_view key, std::string_view what) {
  return Error{ErrorCode::BadInput, "`" + std::string(key) + "` " + std::string(what), {}, {}};
}

Status check_project_id(std::string_view key, std::string_view text) {
  if (!is_uuid(text)) return wrong(key, "is not a UUID");
  return {};
}

Status check_environment_name(std::string_view key, std::string_view text) {
  if (text.empty()) return wrong(key, "is empty");
  if (code_point_count(text) > environment_size_max)
    return wrong(key, "is longer than 50 characters");
  return {};
}

Status check_name(std::string_view key, std::string_view text) {
  if (code_point_count(text) > name_size_max) return wrong(key, "is longer than 50 characters");
  return {};
}

// The value may hold a password, so that no message repeats it.
Status check_proxy(std::string_view key, std::string_view text) {
  constexpr std::array<std::string_view, 4> schemes = {
      "http://", "https://", "socks5://", "socks5h://"};
  const auto begins = [&](std::string_view scheme) {
    return text.starts_with(scheme) && text.size() > scheme.size();
  };
  const bool plain = std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
  });
  if (!plain || std::none_of(schemes.begin(), schemes.end(), begins))
    return wrong(key, "is not a URL of a proxy (http, https, socks5 or socks5h)");
  return {};
}

Status check_unvouched(std::string_view key, std::string_view text) {
  if (text == "isolate" || text == "isolate-without-landlock" || text == "refuse") return {};
  return wrong(key, "is not one of isolate, isolate-without-landlock, refuse");
}

Status check_log_level(std::string_view key, std::string_view text) {
  constexpr std::array<std::string_view, 4> levels = {"error", "warning", "info", "debug"};
  if (std::find(levels.begin(), levels.end(), text) != levels.end()) return {};
  return wrong(key, "is not one of error, warning, info, debug");
}

Status check_recovery(std::string_view key, std::string_view text) {
  if (text == "required" || text == "refused") return {};
  return wrong(key, "is not one of required, refused");
}

using TextCheck = Status (*)(std::string_view key, std::string_view text);
using Field = std::variant<std::string Config::*,
                           std::int64_t Config::*,
                           fs::path Config::*,
                           std::vector<fs::path> Config::*,
                           std::optional<Milliseconds> Config::*,
                           std::optional<std::uint64_t> Config::*>;

struct KeyRule {
  std::string_view name;
  Field field;
  TextCheck check = nullptr;  // of text values
};

constexpr std::array<KeyRule, 21> rules = {{
    {"project.id", &Config::project_id, check_project_id},
    {"project.owner_public_key", &Config::owner_public_key},
    {"project.generation", &Config::generation},
    {"vault.service_key_file", &Config::service_key_file},
    {"vault.owner_key_file", &Config::owner_key_file},
    {"vault.recovery", &Config::vault_recovery, check_recovery},
    {"store.path", &Config::store_path},
    {"environment", &Config::environment, check_environment_name},
    {"provider", &Config::provider, check_name},
    {"timeouts.image", &Config::image_timeout},
    {"timeouts.chat", &Config::chat_timeout},
    {"timeouts.connect", &Config::connect_timeout},
    {"timeouts.idle", &Config::idle_timeout},
    {"limits.response_size", &Config::response_size_max},
    {"limits.attempts_kept_days", &Config::attempts_kept_days},
    {"tls.ca_file", &Config::ca_file},
    {"proxy.url", &Config::proxy_url, check_proxy},
    {"plugins.paths", &Config::plugin_paths},
    {"plugins.unvouched", &Config::unvouched_plugins, check_unvouched},
    {"plugins.worker", &Config::worker_program},
    {"log.level", &Config::log_level, check_log_level},
}};

constexpr auto rule_names = [] {
  std::array<std::string_view, rules.size()> names;
  for (std::size_t i = 0; i < rules.size(); ++i) names[i] = rules[i].name;
  return names;
}();

const KeyRule* find_rule(std::string_view key) {
  const auto found = std::find_if(
      rules.begin(), rules.end(), [&](const KeyRule& rule) { return rule.name == key; });
  return found == rules.end() ? nullptr : &*found;
}

Result<fs::path> to_path(std::string_view key, const std::string& text, const fs::path& base) {
  if (text.find('\0') != std::string::npos) return wrong(key, "holds a NUL byte");
  if (text.starts_with("~/")) {
    const std::string home = environment_variable("HOME");
    if (home.empty()) return wrong(key, "begins with ~/, and HOME is not set");
    return (fs::path(home) / text.substr(2)).lexically_normal();
  }
  return text.empty() ? fs::path() : (base / text).lexically_normal();
}

// One overload for each type of field: it takes the settings of its type and refuses the others.
struct Assignment {
  Config& config;
  const KeyRule& rule;
  const Setting& setting;
  const fs::path& base;

  Status operator()(std::string Config::* field) const {
    const auto* text = std::get_if<std::string>(&setting);
    if (text == nullptr) return wrong(rule.name, "must be text in quotes");
    if (rule.check != nullptr) PATCHBAY_TRY(rule.check(rule.name, *text));
    config.*field = *text;
    return {};
  }

  Status operator()(std::int64_t Config::* field) const {
    const auto* number = std::get_if<std::int64_t>(&setting);
    if (number == nullptr || *number < 1) return wrong(rule.name, "must be a whole number from 1");
    config.*field = *number;
    return {};
  }

  Status operator()(fs::path Config::* field) const {
    const auto* text = std::get_if<std::string>(&setting);
    if (text == nullptr) return wrong(rule.name, "must be a path in quotes");
    config.*field = PATCHBAY_TRY(to_path(rule.name, *text, base));
    return {};
  }

  Status operator()(std::vector<fs::path> Config::* field) const {
    const auto* texts = std::get_if<std::vector<std::string>>(&setting);
    if (texts == nullptr) return wrong(rule.name, "must be a list of paths in quotes");
    std::vector<fs::path> paths;
    for (const std::string& text : *texts) {
      if (text.empty()) return wrong(rule.name, "holds an empty path");
      paths.push_back(PATCHBAY_TRY(to_path(rule.name, text, base)));
    }
    config.*field = std::move(paths);
    return {};
  }

  Status operator()(std::optional<Milliseconds> Config::* field) const {
    const auto* whole = std::get_if<std::int64_t>(&setting);
    const auto* real = std::get_if<double>(&setting);
    const double seconds = whole != nullptr  ? static_cast<double>(*whole)
                           : real != nullptr ? *real
                                             : 0.0;
    // Written so that "not a number" fails too.
    if (!(seconds >= 0.001 && seconds <= timeout_max_s))
      return wrong(rule.name, "must be a number of seconds above 0, at most 86400");
    config.*field = Milliseconds(std::llround(seconds * 1000));
    return {};
  }

  Status operator()(std::optional<std::uint64_t> Config::* field) const {
    const auto* bytes = std::get_if<std::int64_t>(&setting);
    if (bytes == nullptr || *bytes < 1 || *bytes > response_size_limit)
      return wrong(rule.name, "must be a number of bytes from 1 to 1099511627776");
    config.*field = static_cast<std::uint64_t>(*bytes);
    return {};
  }
};

// The shortest text that reads back as the same number.
std::string number_text(double number) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return {buffer.data(), end.ptr};
}

// One overload for each type of field, likewise.
struct ValueText {
  const Config& config;

  std::string operator()(std::string Config::* field) const { return config.*field; }
  std::string operator()(std::int64_t Config::* field) const {
    return std::to_string(config.*field);
  }
  std::string operator()(fs::path Config::* field) const { return (config.*field).string(); }
  std::string operator()(std::vector<fs::path> Config::* field) const {
    std::string text;
    for (const fs::path& path : config.*field) text += (text.empty() ? "" : ":") + path.string();
    return text;
  }
  std::string operator()(std::optional<Milliseconds> Config::* field) const {
    const auto& time = config.*field;
    return time ? number_text(static_cast<double>(time->count()) / 1000) : std::string();
  }
  std::string operator()(std::optional<std::uint64_t> Config::* field) const {
    const auto& bytes = config.*field;
    return bytes ? std::to_string(*bytes) : std::string();
  }
};

Status assign_provider_value(Config& config,
                             std::string_view key,
                             const ProviderKey& name,
                             const Setting& setting) {
  std::string value;
  if (const auto* text = std::get_if<std::string>(&setting)) {
    value = *text;
  } else if (const auto* whole = std::get_if<std::int64_t>(&setting)) {
    value = std::to_string(*whole);
  } else if (const auto* real = std::get_if<double>(&setting)) {
    value = number_text(*real);
  } else if (const auto* boolean = std::get_if<bool>(&setting)) {
    value = *boolean ? "1" : "0";
  } else {
    return wrong(key, "must be text, a number or a boolean");
  }
  config.providers[name.provider].values[name.field] = std::move(value);
  return {};
}

template <typename Number>
std::optional<Number> whole_text_as(std::string_view text) {
  Number number{};
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    if (end != 0 && !text.empty()) parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::span<const std::string_view> known_keys() {
  return rule_names;
}

bool is_known_key(std::string_view key) {
  return find_rule(key) != nullptr;
}

bool is_known_table(std::string_view name) {
  const std::string prefix = std::string(name) + ".";
  return std::any_of(rule_names.begin(), rule_names.end(), [&](std::string_view key) {
    return key.starts_with(prefix);
  });
}

std::optional<ProviderKey> provider_key(std::string_view key) {
  if (!key.starts_with(providers_table)) return std::nullopt;
  const std::string_view rest = key.substr(providers_table.size());
  const std::size_t dot = rest.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == rest.size()) return std::nullopt;
  return ProviderKey{std::string(rest.substr(0, dot)), std::string(rest.substr(dot + 1))};
}

Error unknown_key(std::string_view key) {
  std::string message = "unknown key `" + printable(shortened(key, 100)) + "`";
  const std::string_view near = nearest(key, rule_names);
  if (!near.empty()) message += "; did you mean `" + std::string(near) + "`?";
  return Error{ErrorCode::BadInput, std::move(message), {}, {}};
}

Status assign(Config& config, std::string_view key, const Setting& setting, const fs::path& base) {
  if (const std::optional<ProviderKey> name = provider_key(key))
    return assign_provider_value(config, key, *name, setting);
  const KeyRule* rule = find_rule(key);
  if (rule == nullptr) return unknown_key(key);
  return std::visit(Assignment{config, *rule, setting, base}, rule->field);
}

Result<Setting> setting_from_text(std::string_view key, std::string_view text) {
  if (!is_valid_utf8(text)) return wrong(key, "is not valid UTF-8");
  if (provider_key(key)) return Setting(std::string(text));
  const KeyRule* rule = find_rule(key);
  if (rule == nullptr) return unknown_key(key);
  const bool is_text = std::holds_alternative<std::string Config::*>(rule->field) ||
                       std::holds_alternative<fs::path Config::*>(rule->field);
  if (is_text) return Setting(std::string(text));
  if (std::holds_alternative<std::vector<fs::path> Config::*>(rule->field))
    return Setting(split(text, ':'));
  if (const auto whole = whole_text_as<std::int64_t>(text)) return Setting(*whole);
  if (const auto real = whole_text_as<double>(text); real && std::isfinite(*real))
    return Setting(*real);
  return wrong(key, "must be a number");
}

std::string setting_text(const Config& config, std::string_view key) {
  const KeyRule* rule = find_rule(key);
  return rule == nullptr ? std::string() : std::visit(ValueText{config}, rule->field);
}

std::string environment_variable(const char* name) {
  const char* value = secure_getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace patchbay::host
