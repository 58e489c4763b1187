#include "core/base/id.hpp"
#include "core/base/text.hpp"
#include "core/store/statement.hpp"
#include "core/store/transaction.hpp"
#include "host/registry/provider_health.hpp"
#include "host/registry/provider_rows.hpp"
#include "host/registry/provider_rules.hpp"
#include "host/registry/registration.hpp"
#include "host/registry/registry.hpp"
#include "host/registry/rows.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace patchbay::host {
namespace {

Error unknown_provider(std::string_view name, const std::vector<Provider>& providers) {
  std::vector<std::string> names;
  for (const Provider& provider : providers) names.push_back(printable(provider.name));
  std::ranges::sort(names);
  const std::string supported = names.empty() ? "none" : joined(names, ", ");
  return Error{ErrorCode::UnknownProvider,
               "Unsupported provider '" + printable(shortened(name, 100)) +
                   "'. Supported providers: " + supported,
               {},
               {}};
}

Error no_such_row(std::string_view id) {
  return Error{ErrorCode::NotFound,
               "there is no provider with the id " + printable(id) + " any more",
               {},
               {}};
}

// No model is the adapter's default, in whatever way the caller says so.
void normalise(Provider& provider) {
  if (provider.model_name && provider.model_name->empty()) provider.model_name.reset();
}

bool same_columns(const Provider& a, const Provider& b) {
  const auto columns = [](const Provider& provider) {
    return std::tie(provider.display_name,
                    provider.endpoint_url,
                    provider.auth_type,
                    provider.model_name,
                    provider.is_active);
  };
  return columns(a) == columns(b);
}

Status write_columns(store::Database& database,
                     const Provider& provider,
                     const std::optional<std::string>& updated_at) {
  store::Statement update = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "UPDATE api_providers SET display_name = ?2, endpoint_url = ?3, auth_type = ?4,"
      " model_name = ?5, is_active = ?6, updated_at = coalesce(?7, updated_at) WHERE id = ?1"));
  update.bind(1, provider.id).bind(2, provider.display_name).bind(3, provider.endpoint_url);
  update.bind(4, provider.auth_type).bind(5, provider.model_name);
  return update.bind(6, provider.is_active ? 1 : 0).bind(7, updated_at).run();
}

Status write_settings(store::Database& database, const Provider& from, const Provider& to) {
  for (const auto& [name, value] : from.settings)
    if (!to.settings.contains(name))
      PATCHBAY_TRY(write_setting(database, to.id, name, std::nullopt));
  for (const auto& [name, value] : to.settings)
    if (!from.settings.contains(name) || from.setting(name) != value)
      PATCHBAY_TRY(write_setting(database, to.id, name, value));
  return {};
}

Status check_unchanged(const Provider& row, const Provider& given) {
  if (row.name != given.name)
    return Error{ErrorCode::BadInput, "a provider keeps the name it was made with", {}, {}};
  // Not by updated_at, which counts seconds, and stands still in another program's file.
  return given.seen.empty() || given.seen == row.seen ? Status() : changed_meanwhile(row);
}

Error has_keys(const Provider& provider, std::int64_t count) {
  return Error{ErrorCode::BadInput,
               "the provider '" + provider.name + "' still has " + std::to_string(count) +
                   (count == 1 ? " key" : " keys"),
               "remove them with `patchbay key remove`, or switch the provider off with"
               " `patchbay provider disable " +
                   provider.name + "`",
               provider.name};
}

std::string words_about(const Provider& provider) {
  return provider.endpoint_url + ", " + provider.auth_type +
         (provider.allows_private() ? ", private addresses allowed" : "") +
         (provider.is_active ? "" : ", switched off");
}

}  // namespace

Registry::Registry(store::Database& database, const Clock& clock, VaultIdentity identity)
    : database_(database), clock_(clock), identity_(std::move(identity)) {}

Result<std::vector<Provider>> Registry::providers() const {
  std::vector<Provider> providers = PATCHBAY_TRY(read_providers(database_));
  const auto pauses = PATCHBAY_TRY(read_pauses(database_, clock_.unix_ms()));
  for (Provider& provider : providers) {
    if (const auto found = pauses.find(provider.id); found != pauses.end())
      provider.pause = found->second;
  }
  std::ranges::sort(providers, {}, [](const Provider& provider) {
    return std::tuple(priority_of(provider), provider.created_at, provider.name);
  });
  return providers;
}

Result<Provider> Registry::provider(std::string_view name) const {
  std::optional<Provider> found = PATCHBAY_TRY(find_provider_by_name(database_, name));
  if (!found) found = PATCHBAY_TRY(find_provider_by_name(database_, lower_case(name)));
  if (found) return std::move(*found);
  return unknown_provider(name, PATCHBAY_TRY(providers()));
}

Result<Provider> Registry::add_provider(Provider provider) {
  normalise(provider);
  PATCHBAY_TRY(check_provider(provider));
  if (provider.id.empty()) provider.id = PATCHBAY_TRY(new_uuid());
  provider.created_at = sql_timestamp(clock_.unix_ms());
  provider.updated_at = provider.created_at;
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  if (PATCHBAY_TRY(find_provider_by_name(database_, provider.name)))
    return Error{ErrorCode::AlreadyExists,
                 "the provider '" + provider.name + "' exists already",
                 "change it with `patchbay provider set " + provider.name + "`",
                 provider.name};
  PATCHBAY_TRY(insert_provider(database_, provider));
  PATCHBAY_TRY(write_settings(database_, Provider(), provider));
  PATCHBAY_TRY(record({"provider.add", provider.name, words_about(provider)}));
  PATCHBAY_TRY(transaction.commit());
  return provider;
}

Status Registry::update_provider(const Provider& provider) {
  Provider wanted = provider;
  normalise(wanted);
  PATCHBAY_TRY(check_provider(wanted));
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  const std::optional<Provider> row = PATCHBAY_TRY(find_provider_by_id(database_, wanted.id));
  if (!row) return no_such_row(wanted.id);
  PATCHBAY_TRY(check_unchanged(*row, wanted));
  PATCHBAY_TRY(write_provider(*row, wanted));
  PATCHBAY_TRY(record({"provider.change", wanted.name, words_about(wanted)}));
  return transaction.commit();
}

Result<Provider> Registry::change_provider(std::string_view name,
                                           const std::function<Status(Provider&)>& change) {
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  const Provider row = PATCHBAY_TRY(provider(name));
  Provider wanted = row;
  PATCHBAY_TRY(change(wanted));
  normalise(wanted);
  PATCHBAY_TRY(check_provider(wanted));
  PATCHBAY_TRY(check_unchanged(row, wanted));
  PATCHBAY_TRY(write_provider(row, wanted));
  Provider written = PATCHBAY_TRY(provider(row.name));
  PATCHBAY_TRY(record({"provider.change", written.name, words_about(written)}));
  PATCHBAY_TRY(transaction.commit());
  return written;
}

Status Registry::write_provider(const Provider& row, const Provider& wanted) {
  if (same_columns(row, wanted) && row.settings == wanted.settings) return {};
  const std::optional<std::string> updated_at = PATCHBAY_TRY(change_time(database_, clock_));
  PATCHBAY_TRY(write_columns(database_, wanted, updated_at));
  PATCHBAY_TRY(write_settings(database_, row, wanted));
  return forget_health(database_, wanted.id);
}

Status Registry::set_setting(const std::string& provider_id,
                             std::string_view name,
                             const std::optional<std::string>& value) {
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  std::optional<Provider> row = PATCHBAY_TRY(find_provider_by_id(database_, provider_id));
  if (!row) return no_such_row(provider_id);
  const Provider before = *row;
  row->settings.erase(std::string(name));
  if (value) row->settings.emplace(name, *value);
  if (row->settings == before.settings) return {};
  // Without this, taking allow_private away would leave an endpoint that no call can go to.
  PATCHBAY_TRY(check_provider(*row));
  const std::optional<std::string> updated_at = PATCHBAY_TRY(change_time(database_, clock_));
  PATCHBAY_TRY(write_columns(database_, *row, updated_at));
  PATCHBAY_TRY(write_settings(database_, before, *row));
  return transaction.commit();
}

Status Registry::remove_provider(std::string_view name) {
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  const Provider row = PATCHBAY_TRY(provider(name));
  const std::int64_t count = PATCHBAY_TRY(count_keys(database_, row.id));
  if (count > 0) return has_keys(row, count);
  PATCHBAY_TRY(remember_removal(database_, row));
  store::Statement settings = PATCHBAY_TRY(store::Statement::prepare(
      database_, "DELETE FROM patchbay_provider_settings WHERE provider_id = ?1"));
  PATCHBAY_TRY(settings.bind(1, row.id).run());
  PATCHBAY_TRY(forget_health(database_, row.id));
  store::Statement remove =
      PATCHBAY_TRY(store::Statement::prepare(database_, "DELETE FROM api_providers WHERE id = ?1"));
  PATCHBAY_TRY(remove.bind(1, row.id).run());
  PATCHBAY_TRY(record({"provider.remove", row.name}));
  return transaction.commit();
}

Result<std::string> Registry::adapter_id_of(const Catalog& catalog, std::string_view given) {
  if (catalog.by_id(given)) return std::string(given);
  if (const auto adapter = catalog.by_name(given)) return adapter->manifest().id;
  if (given.find('.') != std::string_view::npos) return std::string(given);
  std::vector<std::string> names;
  for (const Adapter& adapter : catalog.adapters()) names.push_back(adapter.manifest().name);
  return Error{ErrorCode::NoAdapter,
               "no plugin has an adapter '" + printable(shortened(given, 100)) + "'",
               "there are: " + joined(names, ", "),
               {}};
}

void Registry::complete_from_adapter(Provider& provider, const Catalog& catalog) {
  const auto adapter = adapter_of(catalog, provider);
  if (!adapter) return;
  const AdapterManifest& manifest = adapter->manifest();
  if (provider.auth_type.empty()) provider.auth_type = manifest.default_auth_type;
  if (provider.endpoint_url.empty()) provider.endpoint_url = manifest.endpoint;
}

std::optional<Adapter> Registry::adapter_of(const Catalog& catalog, const Provider& provider) {
  const std::string pinned = provider.setting("adapter");
  return pinned.empty() ? catalog.by_name(provider.name) : catalog.by_id(pinned);
}

}  // namespace patchbay::host
