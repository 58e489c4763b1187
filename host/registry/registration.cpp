#include "host/registry/registration.hpp"

#include "core/base/id.hpp"
#include "core/store/migrator.hpp"
#include "core/store/statement.hpp"
#include "core/store/transaction.hpp"
#include "host/registry/provider_rows.hpp"
#include "host/registry/registry.hpp"
#include "host/registry/rows.hpp"

#include <utility>

namespace patchbay::host {
namespace {

// What registration would do for one adapter, as things are.
struct Step {
  std::optional<Provider> insert;
  std::optional<Provider> update;
  std::optional<Registration> record;
};

Provider provider_of(const AdapterManifest& manifest) {
  const Registration wanted = registration_of(manifest);
  Provider provider;
  provider.name = manifest.name;
  provider.display_name = wanted.display_name;
  provider.endpoint_url = wanted.endpoint_url;
  provider.auth_type = wanted.auth_type;
  provider.model_name = wanted.model_name;
  return provider;
}

// Moves a column along with the plugin where it still says what registration wrote there.
template <typename Column>
bool follow(Column& row, Column& last, const Column& wanted) {
  if (row != last || row == wanted) return false;
  row = wanted;
  last = wanted;
  return true;
}

Result<Step> follow_manifest(store::Database& database,
                             Provider row,
                             const Registration& last,
                             const AdapterManifest& manifest) {
  const std::string pinned = row.setting("adapter");
  if (!pinned.empty() && pinned != manifest.id) return Step();
  if (!last.adapter.empty() && last.adapter != manifest.id) return Step();
  const Registration wanted = registration_of(manifest);
  Registration record = last;
  record.adapter = wanted.adapter;
  bool changed = follow(row.display_name, record.display_name, wanted.display_name);
  changed |= follow(row.model_name, record.model_name, wanted.model_name);
  // Keys are signed for the endpoint and the auth type: those move only while there are none.
  if (PATCHBAY_TRY(count_keys(database, row.id)) == 0) {
    changed |= follow(row.endpoint_url, record.endpoint_url, wanted.endpoint_url);
    changed |= follow(row.auth_type, record.auth_type, wanted.auth_type);
  }
  Step step;
  if (record != last) step.record = record;
  if (changed) {
    PATCHBAY_TRY(check_provider(row));
    step.update = std::move(row);
  }
  return step;
}

Result<Step> next_step(store::Database& database, const AdapterManifest& manifest) {
  std::optional<Provider> row = PATCHBAY_TRY(find_provider_by_name(database, manifest.name));
  const std::optional<Registration> last = PATCHBAY_TRY(find_registration(database, manifest.name));
  if (row && last) return follow_manifest(database, std::move(*row), *last, manifest);
  const bool is_own = PATCHBAY_TRY(store::file_origin(database)) == store::FileOrigin::Own;
  Step step;
  if (last || !is_own) return step;
  if (row) {
    // A row that came with the schema is registration's own while it says what the plugin says.
    Registration found = registration_of(*row);
    found.adapter = manifest.id;
    if (found == registration_of(manifest)) step.record = std::move(found);
    return step;
  }
  step.insert = provider_of(manifest);
  PATCHBAY_TRY(check_provider(*step.insert));
  step.record = registration_of(manifest);
  return step;
}

Status insert_new(store::Database& database, Provider provider, const Clock& clock) {
  provider.id = PATCHBAY_TRY(new_uuid());
  provider.created_at = sql_timestamp(clock.unix_ms());
  provider.updated_at = provider.created_at;
  return insert_provider(database, provider);
}

Status apply(store::Database& database,
             const Step& step,
             const AdapterManifest& manifest,
             const Clock& clock) {
  if (step.insert) PATCHBAY_TRY(insert_new(database, *step.insert, clock));
  if (step.update) {
    store::Statement update = PATCHBAY_TRY(store::Statement::prepare(
        database,
        "UPDATE api_providers SET display_name = ?2, endpoint_url = ?3, auth_type = ?4,"
        " model_name = ?5, updated_at = coalesce(?6, updated_at) WHERE id = ?1"));
    update.bind(1, step.update->id).bind(2, step.update->display_name);
    update.bind(3, step.update->endpoint_url).bind(4, step.update->auth_type);
    update.bind(5, step.update->model_name);
    update.bind(6, PATCHBAY_TRY(change_time(database, clock)));
    PATCHBAY_TRY(update.run());
  }
  if (step.record) PATCHBAY_TRY(write_registration(database, manifest.name, *step.record));
  return {};
}

Status register_adapter(store::Database& database,
                        const AdapterManifest& manifest,
                        const Clock& clock) {
  const Step planned = PATCHBAY_TRY(next_step(database, manifest));
  // Nearly always nothing: then no command waits for another's writing.
  if (!planned.insert && !planned.update && !planned.record) return {};
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database));
  const Step step = PATCHBAY_TRY(next_step(database, manifest));
  PATCHBAY_TRY(apply(database, step, manifest, clock));
  return transaction.commit();
}

}  // namespace

Registration registration_of(const AdapterManifest& manifest) {
  Registration registration{
      manifest.id, manifest.display_name, manifest.endpoint, manifest.default_auth_type, {}};
  if (!manifest.image_model.empty()) registration.model_name = manifest.image_model;
  return registration;
}

Registration registration_of(const Provider& row) {
  return Registration{{}, row.display_name, row.endpoint_url, row.auth_type, row.model_name};
}

Result<std::optional<Registration>> find_registration(store::Database& database,
                                                      std::string_view provider_name) {
  store::Statement query = PATCHBAY_TRY(
      store::Statement::prepare(database,
                                "SELECT adapter, display_name, endpoint_url, auth_type, model_name"
                                " FROM patchbay_provider_registration WHERE provider_name = ?1"));
  query.bind(1, provider_name);
  if (!PATCHBAY_TRY(query.step())) return std::optional<Registration>();
  return std::optional<Registration>(Registration{std::string(query.text(0)),
                                                  std::string(query.text(1)),
                                                  std::string(query.text(2)),
                                                  std::string(query.text(3)),
                                                  query.optional_text(4)});
}

Status write_registration(store::Database& database,
                          std::string_view provider_name,
                          const Registration& registration) {
  store::Statement write = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "INSERT OR REPLACE INTO patchbay_provider_registration"
      " (provider_name, adapter, display_name, endpoint_url, auth_type, model_name)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"));
  write.bind(1, provider_name).bind(2, registration.adapter).bind(3, registration.display_name);
  write.bind(4, registration.endpoint_url).bind(5, registration.auth_type);
  return write.bind(6, registration.model_name).run();
}

Status remember_removal(store::Database& database, const Provider& row) {
  if (PATCHBAY_TRY(find_registration(database, row.name))) return {};
  return write_registration(database, row.name, registration_of(row));
}

Status Registry::register_adapters(const Catalog& catalog) {
  Status first;
  for (const Adapter& adapter : catalog.adapters()) {
    if (adapter.plugin->trust == Trust::NeedsTrust || adapter.manifest().endpoint.empty()) continue;
    Status done = register_adapter(database_, adapter.manifest(), clock_);
    if (first.ok() && !done.ok()) first = std::move(done);
  }
  return first;
}

Status Registry::ensure_provider(const Adapter& adapter) {
  const AdapterManifest& manifest = adapter.manifest();
  if (adapter.plugin->trust == Trust::NeedsTrust)
    return Error{ErrorCode::NeedsTrust,
                 "the plugin " + adapter.plugin->path.string() + " is not vouched for",
                 {},
                 manifest.name};
  store::Transaction transaction = PATCHBAY_TRY(store::Transaction::begin(database_));
  if (PATCHBAY_TRY(find_provider_by_name(database_, manifest.name))) return {};
  if (manifest.endpoint.empty())
    return Error{
        ErrorCode::NotConfigured,
        "the adapter '" + manifest.name + "' has no endpoint of its own",
        "name one: patchbay provider add NAME --adapter " + manifest.name + " --endpoint URL",
        manifest.name};
  const Provider provider = provider_of(manifest);
  PATCHBAY_TRY(check_provider(provider));
  PATCHBAY_TRY(insert_new(database_, provider, clock_));
  PATCHBAY_TRY(write_registration(database_, manifest.name, registration_of(manifest)));
  return transaction.commit();
}

}  // namespace patchbay::host
