#include "host/cli/key_view.hpp"

#include "core/base/clock.hpp"
#include "core/base/text.hpp"
#include "host/cli/context.hpp"

namespace patchbay::cli {

Result<std::vector<ShownKey>> shown_keys(Context& context,
                                         const std::optional<std::string>& provider) {
  return host::shown_keys(*PATCHBAY_TRY(context.host()), provider.value_or(""));
}

Result<ShownKey> key_named(Context& context, const std::optional<std::string>& name) {
  return host::key_named(*PATCHBAY_TRY(context.host()), name.value_or(""));
}

std::string cool_downs_of(const host::Key& key) {
  std::vector<std::string> list;
  for (const host::CoolDown& it : key.cool_downs) {
    list.push_back("until " + sql_timestamp(it.until_unix_ms) + " (" + it.reason +
                   (it.model.empty() ? "" : ", " + printable(it.model)) + ")");
  }
  return joined(list, "; ");
}

json::Value document_of(const host::CoolDown& cool_down) {
  json::Value value;
  value.set("model", cool_down.model.empty() ? json::Value() : json::Value(cool_down.model));
  value.set("until", sql_timestamp(cool_down.until_unix_ms));
  value.set("reason", cool_down.reason);
  return value;
}

json::Value document_of(const ShownKey& shown) {
  const host::Key& key = shown.key;
  json::Value cool_downs{json::Array{}};
  for (const host::CoolDown& it : key.cool_downs) cool_downs.append(document_of(it));
  json::Value value;
  value.set("id", key.id);
  value.set("provider", shown.provider);
  value.set("fingerprint",
            shown.fingerprint.empty() ? json::Value() : json::Value(shown.fingerprint));
  value.set("state", shown.state);
  value.set("reason", shown.reason);
  value.set("is_active", key.is_active);
  value.set("environment", key.environment);
  value.set("user", key.user);
  value.set("label", key.label);
  value.set("priority", key.priority);
  value.set("cool_downs", std::move(cool_downs));
  value.set("last_used_at", key.last_used_at ? json::Value(*key.last_used_at) : json::Value());
  value.set("created_at", key.created_at);
  value.set("updated_at", key.updated_at);
  return value;
}

std::string name_of(const ShownKey& shown) {
  return shown.provider + " key " + (shown.fingerprint.empty() ? shown.key.id : shown.fingerprint);
}

}  // namespace patchbay::cli
