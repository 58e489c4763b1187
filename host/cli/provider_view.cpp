#include "host/cli/provider_view.hpp"

namespace patchbay::cli {

std::string state_of(const host::Provider& provider, host::Host& host) {
  if (!provider.is_active) return "inactive";
  const auto adapter = host::Registry::adapter_of(host.catalog(), provider);
  if (!adapter) return "no plugin";
  return adapter->plugin->trust == host::Trust::NeedsTrust ? "needs trust" : "active";
}

std::string image_model_of(const host::Provider& provider, host::Host& host) {
  if (provider.model_name) return *provider.model_name;
  const auto adapter = host::Registry::adapter_of(host.catalog(), provider);
  return adapter ? adapter->manifest().image_model : std::string();
}

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
  value.set("image_model", image_model_of(provider, host));
  value.set("is_active", provider.is_active);
  value.set("state", state_of(provider, host));
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
