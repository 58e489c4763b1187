#include "host/embedding/manager.hpp"

#include "host/embedding/error.hpp"
#include "host/embedding/key_check.hpp"
#include "host/key_storing.hpp"
#include "host/parameters.hpp"

#include <utility>

namespace patchbay::embedding {
namespace {

constexpr std::uint64_t settings_max = 256;

void set_or_clear(host::Provider& row, const std::string& name, const char* value) {
  if (value == nullptr) return;
  if (*value == '\0') {
    row.settings.erase(name);
  } else {
    row.settings[name] = value;
  }
}

Status apply_settings(const patchbay_provider_options& options,
                      host::Provider& row,
                      const host::Catalog& catalog) {
  if (options.setting_count > settings_max)
    return usage_error("a provider takes " + std::to_string(settings_max) + " settings at most");
  const auto adapter = host::Registry::adapter_of(catalog, row);
  for (std::uint64_t i = 0; i < options.setting_count; ++i) {
    const patchbay_run_pair& pair = options.settings[i];
    if (!is_given(pair.name) || pair.value == nullptr)
      return usage_error("a setting has a name and a value");
    if (adapter) PATCHBAY_TRY(host::check_setting(pair.name, adapter->manifest()));
    set_or_clear(row, pair.name, pair.value);
  }
  return {};
}

Status apply(const patchbay_provider_options& options,
             host::Provider& row,
             const host::Catalog& catalog) {
  if (options.display_name != nullptr) row.display_name = options.display_name;
  if (options.endpoint_url != nullptr) row.endpoint_url = options.endpoint_url;
  if (options.auth_type != nullptr) row.auth_type = options.auth_type;
  if (options.image_model != nullptr) row.model_name = options.image_model;
  if (row.model_name && row.model_name->empty()) row.model_name.reset();
  set_or_clear(row, "chat_model", options.chat_model);
  if (is_given(options.adapter)) {
    row.settings["adapter"] = PATCHBAY_TRY(host::Registry::adapter_id_of(catalog, options.adapter));
  } else {
    set_or_clear(row, "adapter", options.adapter);
  }
  if (options.allow_private > PATCHBAY_PRIVATE_REFUSED)
    return usage_error("allow_private is one of PATCHBAY_PRIVATE_*");
  const bool allows = options.allow_private == PATCHBAY_PRIVATE_ALLOWED;
  // Said for one endpoint; another one needs it said again.
  if (options.allow_private == PATCHBAY_PRIVATE_REFUSED || options.endpoint_url != nullptr)
    row.settings.erase("allow_private");
  if (allows) row.settings["allow_private"] = "1";
  return apply_settings(options, row, catalog);
}

Result<std::string> name_of(const patchbay_provider_options& options) {
  if (is_given(options.name)) return std::string(options.name);
  return usage_error("which provider? there is no name");
}

}  // namespace

Result<std::string> add_key(patchbay_manager& manager, const patchbay_key_options& options) {
  if (options.credential == nullptr || options.credential_size == 0)
    return usage_error("there is no credential");
  const auto* bytes = static_cast<const std::uint8_t*>(options.credential);
  const SecretBytes credential =
      PATCHBAY_TRY(SecretBytes::copy_of(std::span(bytes, options.credential_size)));
  const Redactor::Registration hidden = PATCHBAY_TRY(manager.embedded.redactor().add(credential));
  host::WantedKey wish;
  wish.provider = text_of(options.provider);
  wish.environment = text_of(options.environment);
  wish.user = text_of(options.user);
  wish.label = text_of(options.label);
  wish.priority = options.priority;
  host::KeyPlan plan = PATCHBAY_TRY(
      manager.embedded.call([&](host::Host& host) { return host::plan_key(host, wish); }));
  if ((options.flags & PATCHBAY_KEY_UNCHECKED) == 0) {
    PATCHBAY_TRY(check_credential(manager.embedded, plan.candidate, credential));
    plan.is_verified = plan.candidate.adapter.manifest().can(host::Operation::Verify);
  }
  const host::Key key = PATCHBAY_TRY(manager.embedded.call(
      [&](host::Host& host) { return host::store_key(host, plan, credential, manager.owner); }));
  return key.id;
}

Status add_provider(patchbay_manager& manager, const patchbay_provider_options& options) {
  return manager.embedded.call([&](host::Host& host) -> Status {
    host::Provider row;
    row.name = PATCHBAY_TRY(name_of(options));
    row.display_name = row.name;
    PATCHBAY_TRY(apply(options, row, host.catalog()));
    host::Registry::complete_from_adapter(row, host.catalog());
    PATCHBAY_TRY(host.registry().add_provider(std::move(row)));
    return {};
  });
}

Status set_provider(patchbay_manager& manager, const patchbay_provider_options& options) {
  return manager.embedded.call([&](host::Host& host) -> Status {
    const std::string name = PATCHBAY_TRY(name_of(options));
    const auto as_told = [&](host::Provider& row) { return apply(options, row, host.catalog()); };
    const host::Provider changed = PATCHBAY_TRY(host.registry().change_provider(name, as_told));
    // Nothing is there to be signed while no plugin serves the provider.
    if (!host::Registry::adapter_of(host.catalog(), changed)) return {};
    const host::Registry::Said said{
        .endpoint = options.endpoint_url != nullptr,
        .auth_type = options.auth_type != nullptr,
        .allow_private = options.allow_private == PATCHBAY_PRIVATE_ALLOWED,
        .adapter = options.adapter != nullptr,
    };
    const auto sealed =
        PATCHBAY_TRY(host.registry().reseal_keys(host.catalog(), changed, manager.owner, said));
    if (sealed.left == 0) return {};
    host.log().warning(std::to_string(sealed.left) + " keys of '" + name +
                       "' stay tampered: the provider leads elsewhere than was signed for them");
    return {};
  });
}

}  // namespace patchbay::embedding
