// A plugin's description of itself, read from the file without running it.
#pragma once

#include "core/base/result.hpp"
#include "host/request.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

// How a credential of one auth_type is attached: a header whose value is prefix + secret.
struct CredentialPlacement {
  std::string header;       // lower case, eg "authorization"
  std::string prefix;       // eg "Bearer "
  std::string token_url{};  // of `oauth`: where a refresh token is renewed; empty: not stated
};

// A page where people log in with a browser, and where the code that it gives becomes a key.
struct BrowserLogin {
  std::string authorize;  // takes callback_url or key_label, code_challenge, code_challenge_method
  std::string exchange;   // below the endpoint; takes code, code_verifier, code_challenge_method
};

// A place beside the provider's endpoint that the adapter may name by index.
struct ManifestOrigin {
  std::string origin;  // "https://host[:port]"
  bool credentialed = false;
  bool anonymous_get = false;
};

// What a family of image models takes, by prefix of the model's id.
struct ImageModelFamily {
  std::string prefix;
  std::vector<std::string> aspect_ratios;
  std::vector<std::string> resolutions;
  std::uint32_t inputs_max = 0;  // 0: not stated
  std::uint32_t images_max = 1;  // of one request
};

struct AdapterManifest {
  std::string id;       // reverse DNS, eg "dev.patchbay.acme"
  std::string version;  // semantic version
  std::string name;     // of the provider it serves by default
  std::string display_name;
  std::string endpoint;                // empty: it makes no calls, or goes where a person points it
  std::vector<std::string> endpoints;  // others of the provider's own, eg of another region
  bool needs_credential = true;
  std::map<std::string, CredentialPlacement> auth;  // by auth_type; the first listed is preferred
  std::string default_auth_type;
  std::vector<std::string> key_environment_variables;
  std::string login_url;
  std::optional<BrowserLogin> browser_login;
  std::vector<std::string> key_prefixes;
  std::string image_model;  // defaults; may be empty
  std::string chat_model;
  std::vector<ManifestOrigin> origins;  // index 1, 2, … of the ABI
  bool anonymous_get_anywhere = false;
  std::string verify_origin;  // one of `origins`: where VERIFY goes; empty: to the endpoint
  std::vector<Operation> operations;
  std::vector<ImageModelFamily> image_models;
  std::vector<std::string>
      single_final_image;                    // prefixes of models that give one image, not drafts
  std::vector<std::string> setting_names;    // of the settings schema
  std::vector<std::string> parameter_names;  // of the params schema, beside the standard ones
  std::uint32_t abi_minor = 0;               // the oldest host it works with

  [[nodiscard]] bool can(Operation operation) const;
  // Whether this origin is of one of the provider's own endpoints. A person may point a row
  // anywhere else: then no credential goes to the adapter's further origins.
  [[nodiscard]] bool is_own_endpoint(std::string_view origin) const;
  [[nodiscard]] bool gives_single_final_image(std::string_view model) const;
  // How many images one request can ask for: what the family with the longest prefix says, else 1.
  [[nodiscard]] std::uint32_t images_max(std::string_view model) const;
};

struct Manifest {
  std::string text;  // the JSON as it stands in the file
  std::vector<AdapterManifest> adapters;
};

inline constexpr std::size_t manifest_size_max = std::size_t{256} << 10U;
inline constexpr std::size_t manifest_adapters_max = 64;
inline constexpr std::size_t manifest_list_max = 256;  // elements of any list in it

// An object for one adapter, or an array of them in the order of their indices. The fields are
// those of AdapterManifest, by these names:
//   id version name display_name endpoint login_url  texts
//   endpoints        other endpoints of the provider itself, a list of URLs
//   auth             {"bearer" | "api_key" | "oauth": {"header"?, "prefix"?}}; without a header the
//                    credential goes as "authorization: Bearer …", of an api_key as "x-api-key: …";
//                    oauth may have "token_url", where refresh tokens are renewed
//   browser_login    {"authorize", "exchange"}: a page, and a path below the endpoint
//   no_credential    true in place of `auth`
//   key_env          environment variables that hold its key; a text or a list
//   key_prefixes     a list
//   models           {"image"?, "chat"?}
//   origins          [{"origin", "credentialed"?, "anon_get"?}]
//   anon_get_any     a boolean       verify_origin  the text of one of `origins`
//   operations       a list of "image", "chat", "models", "verify"; others are ignored
//   image_models     [{"prefix", "aspect_ratios"?, "resolutions"?, "inputs_max"?, "images_max"?}]
//   single_final_image  true, or a list of prefixes of models
//   settings params  JSON Schemas of objects; their `properties` name the settings and parameters
//   abi_minor        a number
// id, version, name, operations, and one of auth and no_credential are required. Fields it does not
// know are ignored, so that manifests may grow.
// Errors: Plugin. The message continues a sentence that begins with the file's name: "manifest:
// field `endpoint` is not https", "needs a newer host (ABI minor 3, this one has 0)".
[[nodiscard]] Result<Manifest> parse_manifest(std::string_view json);

}  // namespace patchbay::host
