// What is signed, as text: a first line that names the kind, then each value after its name and its
// length in bytes, so that no value can pass for another.
#include "host/vault/vault.hpp"

namespace patchbay::host {
namespace {

void append(std::string& text, std::string_view name, std::string_view value) {
  text += name;
  text += ' ';
  text += std::to_string(value.size());
  text += ':';
  text += value;
  text += '\n';
}

}  // namespace

std::string KeyStatement::text() const {
  std::string text = "patchbay key statement 1\n";
  append(text, "project", project_id);
  append(text, "key", key_id);
  append(text, "provider", provider_id);
  append(text, "adapter", adapter_id);
  append(text, "auth_type", auth_type);
  append(text, "environment", environment);
  append(text, "user", user);
  append(text, "endpoint", endpoint);
  append(text, "origins", std::to_string(origins.size()));
  for (const std::string& origin : origins) append(text, "origin", origin);
  append(text, "allow_private", allow_private ? "1" : "0");
  append(text, "key_version", std::to_string(key_version));
  append(text, "token_sha256", token_sha256);
  append(text, "activation", std::to_string(activation));
  return text;
}

std::string PluginStatement::text() const {
  std::string text = "patchbay plugin statement 1\n";
  append(text, "project", project_id);
  append(text, "sha256", sha256);
  append(text, "capabilities", capabilities);
  return text;
}

}  // namespace patchbay::host
