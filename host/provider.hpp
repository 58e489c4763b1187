// Rows of the two tables, as the host passes them around.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace patchbay::host {

// A pause that ends by itself.
struct CoolDown {
  std::string model;  // of a key: the only model it is about; empty: all
  std::int64_t until_unix_ms = 0;
  std::string reason;  // the category of what caused it: "rate", "upstream", …

  friend bool operator==(const CoolDown&, const CoolDown&) = default;
};

// A row of api_providers with its side rows.
struct Provider {
  std::string id;
  std::string name;
  std::string display_name;
  std::string endpoint_url;
  std::string auth_type;                  // "bearer", "api_key" or "oauth"
  std::optional<std::string> model_name;  // empty: the manifest's default for images
  bool is_active = true;
  std::string created_at;
  std::string updated_at;
  std::map<std::string, std::string> settings;  // patchbay_provider_settings, these among them:
                                                // adapter, allow_private, priority, chat_model
  std::string seen;  // the row and its settings when they were read; empty: never were
  std::optional<CoolDown> pause{};  // until then nothing is sent there; as it was read

  [[nodiscard]] std::string setting(const std::string& key) const {
    const auto found = settings.find(key);
    return found == settings.end() ? std::string() : found->second;
  }
  [[nodiscard]] bool allows_private() const { return setting("allow_private") == "1"; }
};

// Whether a key may be used as it stands: see the decision on signatures in docs/architecture.md.
enum class SealState : std::uint8_t {
  Sealed,
  Unsealed,   // stored, but nobody signed for it yet: `key approve`
  Tampered,   // what was signed is not what is there
  Withdrawn,  // switched off, and nothing is left to use it by: `key enable`
};

// A row of api_keys with its side rows; the credential stays encrypted.
struct Key {
  std::string id;
  std::string provider_id;
  std::string token;  // Fernet
  std::string environment;
  bool is_active = true;
  std::optional<std::string> last_used_at;
  std::int64_t last_used_unix_ms = 0;  // the same, whichever form it has; 0: never
  std::string created_at;
  std::string updated_at;
  std::string label;
  std::string user;  // empty: nobody's
  std::int64_t priority = 0;
  std::int64_t key_version = 0;  // of the Fernet key; 0: not known
  std::int64_t activation = 0;   // counts activations, each signed
  std::string inactive_reason;   // why the host switched it off
  SealState seal = SealState::Unsealed;
  std::vector<CoolDown> cool_downs;  // under way when it was read
};

}  // namespace patchbay::host
