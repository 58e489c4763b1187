#include "host/registry/provider_rules.hpp"

#include "core/base/text.hpp"
#include "core/net/url.hpp"
#include "host/registry/registry.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

namespace patchbay::host {
namespace {

struct Rule {
  std::string_view what;  // "the display name"
  std::size_t length_min;
  std::size_t length_max;
};

bool is_control(char character) {
  return (character >= 0 && character < 0x20) || character == 0x7F;
}

Error bad(std::string message, std::string hint = {}) {
  return Error{ErrorCode::BadInput, std::move(message), std::move(hint), {}};
}

Status check_text(std::string_view text, const Rule& rule) {
  const std::string what(rule.what);
  if (!is_valid_utf8(text)) return bad(what + " is not valid UTF-8");
  if (std::ranges::any_of(text, is_control)) return bad(what + " holds a control character");
  const std::size_t length = code_point_count(text);
  if (length < rule.length_min) return bad(what + " is empty");
  if (length > rule.length_max)
    return bad(what + " has " + std::to_string(length) + " characters; at most " +
               std::to_string(rule.length_max) + " are possible");
  return {};
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

bool is_name(std::string_view name) {
  if (name.empty() || name[0] == '_' || name[0] == '.' || name[0] == '-') return false;
  return std::ranges::all_of(name, is_name_character);
}

Status check_name(std::string_view name) {
  PATCHBAY_TRY(check_text(name, {"the provider's name", 1, provider_name_length_max}));
  if (is_name(name)) return {};
  return bad("the provider name '" + printable(name) + "' cannot be used",
             "use lower-case letters, digits, '-', '_' and '.', and begin with a letter or digit");
}

Status check_auth_type(std::string_view auth_type) {
  if (auth_type == "bearer" || auth_type == "api_key" || auth_type == "oauth") return {};
  return bad("the auth type '" + printable(shortened(auth_type, 40)) + "' is not known",
             "use bearer, api_key or oauth");
}

bool is_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failure == std::errc() && end == text.data() + text.size();
}

}  // namespace

Status check_setting(std::string_view name, std::string_view value) {
  PATCHBAY_TRY(check_text(name, {"the setting's name", 1, setting_name_length_max}));
  const std::string what = "the setting '" + printable(name) + "'";
  if (!is_name(name))
    return bad(what + " has a name that cannot be used",
               "use lower-case letters, digits, '-', '_' and '.'");
  PATCHBAY_TRY(check_text(value, {what, 0, setting_value_length_max}));
  if (name == "allow_private" && value != "0" && value != "1") return bad(what + " is 0 or 1");
  if (name == "priority" && !is_integer(value)) return bad(what + " is not a whole number");
  return {};
}

Status check_user(std::string_view user) {
  return check_text(user, {"the user", 0, user_length_max});
}

Status check_label(std::string_view label) {
  return check_text(label, {"the label", 0, label_length_max});
}

Status check_environment(std::string_view environment) {
  return check_text(environment, {"the environment", 1, environment_length_max});
}

Status check_provider(const Provider& provider) {
  PATCHBAY_TRY(check_name(provider.name));
  PATCHBAY_TRY(check_text(provider.display_name, {"the display name", 1, display_name_length_max}));
  PATCHBAY_TRY(check_text(provider.endpoint_url, {"the endpoint", 1, endpoint_length_max}));
  const net::AllowPrivate allow =
      provider.allows_private() ? net::AllowPrivate::Yes : net::AllowPrivate::No;
  PATCHBAY_TRY(net::parse_endpoint(provider.endpoint_url, allow));
  PATCHBAY_TRY(check_auth_type(provider.auth_type));
  if (provider.model_name)
    PATCHBAY_TRY(check_text(*provider.model_name, {"the model name", 1, model_name_length_max}));
  if (provider.settings.size() > settings_count_max)
    return bad("a provider has at most " + std::to_string(settings_count_max) + " settings");
  for (const auto& [name, value] : provider.settings) PATCHBAY_TRY(check_setting(name, value));
  return {};
}

}  // namespace patchbay::host
