#include "host/loader/manifest.hpp"

#include "core/base/text.hpp"
#include "core/json/value.hpp"
#include "core/net/url.hpp"
#include "host/loader/manifest_fields.hpp"
#include "host/loader/manifest_urls.hpp"
#include "host/loader/version.hpp"
#include <patchbay/plugin.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::size_t id_size_max = 100;            // bytes
constexpr std::size_t name_size_max = 50;           // bytes; of the column in api_providers
constexpr std::size_t display_name_size_max = 100;  // code points; likewise
constexpr std::size_t model_size_max = 100;         // code points; likewise
constexpr std::size_t key_prefix_size_max = 64;     // bytes
constexpr std::uint32_t inputs_limit = 1000;
constexpr std::uint32_t images_limit = 64;  // as many as are ever kept of one answer
constexpr std::uint32_t abi_minor_limit = 65535;

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// Lower-case words of letters and digits; '-' and '_' within.
bool is_word(std::string_view text) {
  return !text.empty() && is_lower_or_digit(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_lower_or_digit(c) || c == '_' || c == '-';
         });
}

bool is_reverse_dns(std::string_view id) {
  if (id.find('.') == std::string_view::npos || id.back() == '.') return false;
  while (!id.empty()) {
    const std::size_t dot = id.find('.');
    if (!is_word(id.substr(0, dot))) return false;
    id.remove_prefix(dot == std::string_view::npos ? id.size() : dot + 1);
  }
  return true;
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

bool is_variable_name(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && !is_digit(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
         });
}

Status read_identity(const ManifestFields& fields, AdapterManifest& adapter) {
  adapter.id = PATCHBAY_TRY(fields.required_text("id"));
  if (adapter.id.size() > id_size_max || !is_reverse_dns(adapter.id))
    return fields.wrong("id", "is not a lower-case reverse DNS name such as \"example.acme\"");
  adapter.version = PATCHBAY_TRY(fields.required_text("version"));
  if (!is_semantic_version(adapter.version))
    return fields.wrong("version", "is not a semantic version such as \"1.0.0\"");
  adapter.name = PATCHBAY_TRY(fields.required_text("name"));
  if (adapter.name.size() > name_size_max || !is_word(adapter.name))
    return fields.wrong("name", "is not a lower-case word of at most 50 characters");
  adapter.display_name = PATCHBAY_TRY(fields.text("display_name"));
  if (adapter.display_name.empty()) adapter.display_name = adapter.name;
  if (code_point_count(adapter.display_name) > display_name_size_max)
    return fields.wrong("display_name", "is longer than 100 characters");
  return {};
}

Status read_urls(const ManifestFields& fields, AdapterManifest& adapter) {
  adapter.endpoint = PATCHBAY_TRY(fields.text("endpoint"));
  if (!adapter.endpoint.empty()) PATCHBAY_TRY(check_endpoint(fields, "endpoint", adapter.endpoint));
  adapter.endpoints = PATCHBAY_TRY(fields.texts("endpoints"));
  for (const std::string& endpoint : adapter.endpoints)
    PATCHBAY_TRY(check_endpoint(fields, "endpoints", endpoint));
  adapter.login_url = PATCHBAY_TRY(fields.text("login_url"));
  if (!adapter.login_url.empty()) PATCHBAY_TRY(check_https(fields, "login_url", adapter.login_url));
  return {};
}

Status read_origins(const ManifestFields& fields, AdapterManifest& adapter) {
  for (const ManifestFields& entry : PATCHBAY_TRY(fields.objects("origins"))) {
    ManifestOrigin origin;
    origin.origin = PATCHBAY_TRY(entry.required_text("origin"));
    PATCHBAY_TRY(check_https(entry, "origin", origin.origin));
    const std::string canonical = PATCHBAY_TRY(net::parse_url(origin.origin)).origin();
    if (origin.origin != canonical)
      return entry.wrong("origin", "is more than an origin: write \"" + canonical + "\"");
    origin.credentialed = PATCHBAY_TRY(entry.flag("credentialed"));
    origin.anonymous_get = PATCHBAY_TRY(entry.flag("anon_get"));
    adapter.origins.push_back(std::move(origin));
  }
  adapter.anonymous_get_anywhere = PATCHBAY_TRY(fields.flag("anon_get_any"));
  adapter.verify_origin = PATCHBAY_TRY(fields.text("verify_origin"));
  const bool declared = std::any_of(
      adapter.origins.begin(), adapter.origins.end(), [&](const ManifestOrigin& origin) {
        return origin.origin == adapter.verify_origin;
      });
  if (!adapter.verify_origin.empty() && !declared)
    return fields.wrong("verify_origin", "is not among `origins`");
  return {};
}

// Header fields that belong to the transport, or would carry the credential elsewhere.
bool is_placeable_header(std::string_view name) {
  constexpr std::string_view token_punctuation = "!#$%&'*+-.^_`|~";
  constexpr std::array<std::string_view, 12> kept = {"host",
                                                     "cookie",
                                                     "set-cookie",
                                                     "connection",
                                                     "content-length",
                                                     "content-type",
                                                     "transfer-encoding",
                                                     "te",
                                                     "trailer",
                                                     "upgrade",
                                                     "expect",
                                                     "accept"};
  const bool token = !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return is_lower_or_digit(c) || token_punctuation.find(c) != std::string_view::npos;
  });
  return token && name.size() <= 100 && !name.starts_with("proxy-") &&
         std::find(kept.begin(), kept.end(), name) == kept.end();
}

Status read_browser_login(const ManifestFields& fields, AdapterManifest& adapter) {
  const std::optional<ManifestFields> login = PATCHBAY_TRY(fields.object("browser_login"));
  if (!login) return {};
  BrowserLogin read;
  read.authorize = PATCHBAY_TRY(login->required_text("authorize"));
  PATCHBAY_TRY(check_endpoint(*login, "authorize", read.authorize));
  read.exchange = PATCHBAY_TRY(login->required_text("exchange"));
  if (!read.exchange.starts_with('/')) return login->wrong("exchange", "is not a path");
  adapter.browser_login = std::move(read);
  return {};
}

Result<CredentialPlacement> read_placement(const ManifestFields& fields, bool is_api_key) {
  CredentialPlacement placement;
  const bool has_header = fields.has("header");
  placement.header = lower_case(PATCHBAY_TRY(fields.text("header")));
  if (!has_header) placement.header = is_api_key ? "x-api-key" : "authorization";
  if (!is_placeable_header(placement.header))
    return fields.wrong("header", "is not a header that may carry a credential");
  placement.prefix = PATCHBAY_TRY(fields.text("prefix"));
  const bool usual_prefix = !fields.has("prefix") && !is_api_key;
  if (usual_prefix) placement.prefix = "Bearer ";
  const bool ascii = std::all_of(placement.prefix.begin(), placement.prefix.end(), [](char c) {
    return c >= 0x20 && c < 0x7F;
  });
  if (!ascii || placement.prefix.size() > key_prefix_size_max)
    return fields.wrong("prefix", "is not at most 64 characters of ASCII");
  return placement;
}

Status read_auth(const ManifestFields& fields, AdapterManifest& adapter) {
  adapter.needs_credential = !PATCHBAY_TRY(fields.flag("no_credential"));
  const std::optional<ManifestFields> auth = PATCHBAY_TRY(fields.object("auth"));
  const std::vector<std::string> types = auth ? auth->names() : std::vector<std::string>();
  if (!adapter.needs_credential && !types.empty())
    return fields.wrong("auth", "contradicts `no_credential`");
  if (adapter.needs_credential && types.empty())
    return fields.wrong("auth", "is missing (or say \"no_credential\": true)");
  for (const std::string& type : types) {
    if (type != "bearer" && type != "api_key" && type != "oauth")
      return auth->wrong(type, "is not one of bearer, api_key, oauth");
    const std::optional<ManifestFields> placement = PATCHBAY_TRY(auth->object(type));
    CredentialPlacement& read = adapter.auth[type];
    read = PATCHBAY_TRY(read_placement(*placement, type == "api_key"));
    if (type != "oauth") continue;
    read.token_url = PATCHBAY_TRY(placement->text("token_url"));
    if (!read.token_url.empty())
      PATCHBAY_TRY(check_endpoint(*placement, "token_url", read.token_url));
  }
  if (!types.empty()) adapter.default_auth_type = types.front();
  return {};
}

Status read_keys(const ManifestFields& fields, const json::Value& value, AdapterManifest& adapter) {
  const json::Value* variables = value.find("key_env");
  if (variables != nullptr && variables->string() != nullptr) {
    adapter.key_environment_variables = {PATCHBAY_TRY(fields.required_text("key_env"))};
  } else {
    adapter.key_environment_variables = PATCHBAY_TRY(fields.texts("key_env"));
  }
  for (const std::string& variable : adapter.key_environment_variables)
    if (!is_variable_name(variable))
      return fields.wrong("key_env", "holds something other than a variable's name");
  adapter.key_prefixes = PATCHBAY_TRY(fields.texts("key_prefixes"));
  for (const std::string& prefix : adapter.key_prefixes)
    if (prefix.size() > key_prefix_size_max || !is_visible_ascii(prefix))
      return fields.wrong("key_prefixes", "holds something other than 1 to 64 visible characters");
  return {};
}

Status read_operations(const ManifestFields& fields, AdapterManifest& adapter) {
  constexpr std::array<Operation, 4> known = {
      Operation::Image, Operation::Chat, Operation::Models, Operation::Verify};
  if (!fields.has("operations")) return fields.wrong("operations", "is missing");
  for (const std::string& name : PATCHBAY_TRY(fields.texts("operations")))
    for (const Operation operation : known)
      if (name == to_string(operation) && !adapter.can(operation))
        adapter.operations.push_back(operation);
  if (adapter.operations.empty())
    return fields.wrong("operations", "names none of image, chat, models, verify");
  return {};
}

bool is_aspect_ratio(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const auto is_number = [](std::string_view part) {
    return !part.empty() && part.size() <= 5 && part != "0" &&
           std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return is_number(text.substr(0, colon)) && is_number(text.substr(colon + 1));
}

Status read_models(const ManifestFields& fields, AdapterManifest& adapter) {
  if (const std::optional<ManifestFields> models = PATCHBAY_TRY(fields.object("models"))) {
    adapter.image_model = PATCHBAY_TRY(models->text("image"));
    adapter.chat_model = PATCHBAY_TRY(models->text("chat"));
    if (code_point_count(adapter.image_model) > model_size_max)
      return models->wrong("image", "is longer than 100 characters");
    if (code_point_count(adapter.chat_model) > model_size_max)
      return models->wrong("chat", "is longer than 100 characters");
  }
  for (const ManifestFields& entry : PATCHBAY_TRY(fields.objects("image_models"))) {
    ImageModelFamily family;
    if (!entry.has("prefix")) return entry.wrong("prefix", "is missing");
    family.prefix = PATCHBAY_TRY(entry.text("prefix"));
    family.aspect_ratios = PATCHBAY_TRY(entry.texts("aspect_ratios"));
    if (!std::all_of(family.aspect_ratios.begin(), family.aspect_ratios.end(), is_aspect_ratio))
      return entry.wrong("aspect_ratios", "holds something other than a ratio such as \"16:9\"");
    family.resolutions = PATCHBAY_TRY(entry.texts("resolutions"));
    family.inputs_max = PATCHBAY_TRY(entry.count("inputs_max", inputs_limit));
    family.images_max = std::max(1U, PATCHBAY_TRY(entry.count("images_max", images_limit)));
    adapter.image_models.push_back(std::move(family));
  }
  return {};
}

Status read_single_final_image(const ManifestFields& fields,
                               const json::Value& value,
                               AdapterManifest& adapter) {
  const json::Value* field = value.find("single_final_image");
  if (field != nullptr && field->boolean() == nullptr) {
    adapter.single_final_image = PATCHBAY_TRY(fields.texts("single_final_image"));
  } else if (PATCHBAY_TRY(fields.flag("single_final_image"))) {
    adapter.single_final_image = {""};  // the prefix of every model
  }
  return {};
}

// The names of the properties of a JSON Schema.
Result<std::vector<std::string>> read_schema(const ManifestFields& fields, std::string_view name) {
  const std::optional<ManifestFields> schema = PATCHBAY_TRY(fields.object(name));
  if (!schema) return std::vector<std::string>();
  const std::string type = PATCHBAY_TRY(schema->text("type"));
  if (!type.empty() && type != "object") return schema->wrong("type", "is not \"object\"");
  const std::optional<ManifestFields> properties = PATCHBAY_TRY(schema->object("properties"));
  if (!properties) return std::vector<std::string>();
  std::vector<std::string> names = properties->names();
  for (const std::string& property : names) {
    if (property.size() > name_size_max || !is_word(property))
      return properties->wrong(property, "is not a lower-case word of at most 50 characters");
    PATCHBAY_TRY(properties->object(property));
  }
  return names;
}

Status read_schemas(const ManifestFields& fields, AdapterManifest& adapter) {
  // These settings of a provider are the host's own; a plugin may not lend them another meaning.
  constexpr std::array<std::string_view, 3> reserved = {"adapter", "allow_private", "priority"};
  adapter.setting_names = PATCHBAY_TRY(read_schema(fields, "settings"));
  for (const std::string_view name : reserved)
    if (std::find(adapter.setting_names.begin(), adapter.setting_names.end(), name) !=
        adapter.setting_names.end())
      return fields.wrong("settings", "names `" + std::string(name) + "`, which is the host's own");
  adapter.parameter_names = PATCHBAY_TRY(read_schema(fields, "params"));
  return {};
}

Result<AdapterManifest> read_adapter(const json::Value& value, const std::string& path) {
  const ManifestFields fields(value, path);
  AdapterManifest adapter;
  // First of all: the rest may have a meaning that only a newer host knows.
  adapter.abi_minor = PATCHBAY_TRY(fields.count("abi_minor", abi_minor_limit));
  if (adapter.abi_minor > PATCHBAY_ABI_MINOR)
    return Error{ErrorCode::Plugin,
                 "needs a newer host (ABI minor " + std::to_string(adapter.abi_minor) +
                     ", this one has " + std::to_string(PATCHBAY_ABI_MINOR) + ")",
                 {},
                 {}};
  PATCHBAY_TRY(read_identity(fields, adapter));
  PATCHBAY_TRY(read_urls(fields, adapter));
  PATCHBAY_TRY(read_auth(fields, adapter));
  PATCHBAY_TRY(read_browser_login(fields, adapter));
  PATCHBAY_TRY(read_keys(fields, value, adapter));
  PATCHBAY_TRY(read_origins(fields, adapter));
  PATCHBAY_TRY(read_operations(fields, adapter));
  PATCHBAY_TRY(read_models(fields, adapter));
  PATCHBAY_TRY(read_single_final_image(fields, value, adapter));
  PATCHBAY_TRY(read_schemas(fields, adapter));
  return adapter;
}

Error manifest_error(std::string what) {
  return Error{ErrorCode::Plugin, "manifest: " + std::move(what), {}, {}};
}

Status add_adapter(Manifest& manifest, AdapterManifest adapter) {
  for (const AdapterManifest& other : manifest.adapters) {
    if (other.id == adapter.id) return manifest_error("two adapters have the id " + adapter.id);
    if (other.name == adapter.name)
      return manifest_error("two adapters have the name " + adapter.name);
  }
  manifest.adapters.push_back(std::move(adapter));
  return {};
}

}  // namespace

bool AdapterManifest::can(Operation operation) const {
  return std::find(operations.begin(), operations.end(), operation) != operations.end();
}

std::uint32_t AdapterManifest::images_max(std::string_view model) const {
  // Routers put whose model it is before it: "azure/openai/NAME".
  const std::string_view bare = model.substr(model.rfind('/') + 1);
  const ImageModelFamily* found = nullptr;
  for (const ImageModelFamily& family : image_models) {
    const bool fits = model.starts_with(family.prefix) || bare.starts_with(family.prefix);
    const bool is_closer = found == nullptr || family.prefix.size() > found->prefix.size();
    if (fits && is_closer) found = &family;
  }
  return found == nullptr ? 1 : found->images_max;
}

bool AdapterManifest::is_own_endpoint(std::string_view origin) const {
  const auto is_at = [origin](const std::string& text) {
    const Result<net::Url> url = net::parse_url(text);
    return url.ok() && url.value().origin() == origin;
  };
  return is_at(endpoint) || std::any_of(endpoints.begin(), endpoints.end(), is_at);
}

bool AdapterManifest::gives_single_final_image(std::string_view model) const {
  return std::any_of(single_final_image.begin(),
                     single_final_image.end(),
                     [&](const std::string& prefix) { return model.starts_with(prefix); });
}

Result<Manifest> parse_manifest(std::string_view json) {
  if (json.size() > manifest_size_max) return manifest_error("it is larger than 256 KiB");
  const json::Limits limits{.size_max = manifest_size_max};
  const Result<json::Value> document = json::parse(json, limits);
  if (!document.ok()) return manifest_error("it is not valid JSON: " + document.error().message);
  Manifest manifest;
  manifest.text = json;
  if (document.value().object() != nullptr) {
    AdapterManifest adapter = PATCHBAY_TRY(read_adapter(document.value(), ""));
    PATCHBAY_TRY(add_adapter(manifest, std::move(adapter)));
    return manifest;
  }
  const json::Array* elements = document.value().array();
  if (elements == nullptr || elements->empty())
    return manifest_error("it is neither an object nor a list of objects");
  if (elements->size() > manifest_adapters_max)
    return manifest_error("it describes more than 64 adapters");
  for (std::size_t i = 0; i < elements->size(); ++i) {
    if ((*elements)[i].object() == nullptr)
      return manifest_error("it is neither an object nor a list of objects");
    const std::string path = "[" + std::to_string(i) + "].";
    AdapterManifest adapter = PATCHBAY_TRY(read_adapter((*elements)[i], path));
    PATCHBAY_TRY(add_adapter(manifest, std::move(adapter)));
  }
  return manifest;
}

}  // namespace patchbay::host
