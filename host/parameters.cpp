#include "host/parameters.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace patchbay::host {
namespace {

constexpr std::size_t shown_size_max = 64;  // bytes of a wrong name that an error repeats
constexpr std::array<std::string_view, 7> standard{
    "size", "aspect_ratio", "resolution", "count", "seed", "temperature", "stream"};
constexpr std::array<std::string_view, 9> own_settings{"adapter",
                                                       "allow_private",
                                                       "priority",
                                                       "chat_model",
                                                       "oauth_token_url",
                                                       "oauth_client_id",
                                                       "oauth_scope",
                                                       "oauth_client_auth",
                                                       "login_page"};

Status check_name(std::string_view kind,
                  std::string_view name,
                  std::span<const std::string_view> own,
                  const std::vector<std::string>& declared,
                  const AdapterManifest& manifest) {
  std::vector<std::string_view> known(own.begin(), own.end());
  known.insert(known.end(), declared.begin(), declared.end());
  if (std::ranges::find(known, name) != known.end()) return {};
  Error error{ErrorCode::BadInput,
              "provider '" + manifest.name + "' has no " + std::string(kind) + " '" +
                  shortened(printable(name), shown_size_max) + "'",
              {},
              manifest.name};
  const std::string_view near = nearest(name, known);
  error.hint = near.empty() ? "`patchbay plugin info " + manifest.name + " --json` lists them"
                            : "did you mean '" + std::string(near) + "'?";
  return error;
}

}  // namespace

Error empty_prompt() {
  return Error{ErrorCode::Usage, "the prompt is empty", "say what you want, eg \"a red bicycle\""};
}

Status check_prompt(std::string_view prompt) {
  if (trimmed(prompt).empty()) return empty_prompt();
  if (prompt.size() > prompt_size_max) {
    return Error{ErrorCode::BadInput,
                 "the prompt is longer than " + std::to_string(prompt_size_max) + " bytes"};
  }
  if (!is_valid_utf8(prompt) || prompt.find('\0') != std::string_view::npos) {
    return Error{ErrorCode::BadInput, "the prompt is not text in UTF-8"};
  }
  return {};
}

std::span<const std::string_view> standard_parameters() {
  return standard;
}

Status check_parameters(const Request& request, const AdapterManifest& manifest) {
  for (const auto& [name, value] : request.params) {
    PATCHBAY_TRY(check_name("parameter", name, standard, manifest.parameter_names, manifest));
  }
  return {};
}

Status check_setting(std::string_view name, const AdapterManifest& manifest) {
  return check_name("setting", name, own_settings, manifest.setting_names, manifest);
}

}  // namespace patchbay::host
