#include "host/cli/provider_view.hpp"

namespace patchbay::cli {

json::Value document_of(const host::Provider& provider, host::Host& host) {
  json::Value value;
  value.set("id", provider.id);
  value.set("name", provider.name);
  value.set("display_name", provider.display_name);
  value.set("endpoint_url", provider.endpoint_url);
  value.set("auth_type", provider.auth_type);
  if (provider.model_name) {
    value.set("model_name", *provider.model_name);
  } else {
    value.set("model_name", json::Value());
  }
  value.set("image_model", host::image_model_of(provider, host.catalog()));
  value.set("is_active", provider.is_active);
  value.set("state", host::state_of(provider, host.catalog()));
  value.set("created_at", provider.created_at);
  value.set("updated_at", provider.updated_at);
  json::Value settings{json::Object{}};
  for (const auto& [name, text] : provider.settings) settings.set(name, text);
  value.set("settings", std::move(settings));
  const auto adapter = host::Registry::adapter_of(host.catalog(), provider);
  if (adapter) {
    value.set("adapter", adapter->manifest().id);
    value.set("plugin", adapter->plugin->path.string());
  }
  return value;
}

}  // namespace patchbay::cli
