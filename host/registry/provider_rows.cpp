#include "host/registry/provider_rows.hpp"

#include "core/store/statement.hpp"
#include "host/registry/rows.hpp"

#include <charconv>
#include <string>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::string_view select_row =
    "SELECT id, name, display_name, endpoint_url, auth_type, model_name, is_active, created_at,"
    " updated_at FROM api_providers WHERE rowid = ?1";
constexpr std::string_view select_settings =
    "SELECT key, value FROM patchbay_provider_settings WHERE provider_id = ?1";

Provider provider_of_row(const store::Statement& row) {
  Provider provider;
  provider.id = row.text(0);
  provider.name = row.text(1);
  provider.display_name = row.text(2);
  provider.endpoint_url = row.text(3);
  provider.auth_type = row.text(4);
  provider.model_name = row.optional_text(5);
  provider.is_active = row.integer(6) != 0;
  provider.created_at = row.text(7);
  provider.updated_at = row.text(8);
  return provider;
}

// Every value behind its length, so that no two rows look alike.
std::string seen_of(const Provider& provider) {
  std::string seen;
  const auto add = [&seen](std::string_view value) {
    seen.append(std::to_string(value.size())).append(":").append(value);
  };
  add(provider.display_name);
  add(provider.endpoint_url);
  add(provider.auth_type);
  if (provider.model_name) add(*provider.model_name);
  seen += provider.is_active ? "+" : "-";
  for (const auto& [name, value] : provider.settings) {
    add(name);
    add(value);
  }
  return seen;
}

Result<std::vector<Provider>> read_rows(store::Database& database,
                                        const std::vector<std::int64_t>& numbers) {
  std::vector<Provider> providers;
  PATCHBAY_TRY(read_each(database, numbers, select_row, [&](const store::Statement& row) {
    providers.push_back(provider_of_row(row));
  }));
  store::Statement settings = PATCHBAY_TRY(store::Statement::prepare(database, select_settings));
  for (Provider& provider : providers) {
    settings.bind(1, provider.id);
    while (PATCHBAY_TRY(settings.step()))
      provider.settings.emplace(settings.text(0), settings.text(1));
    settings.reset();
    provider.seen = seen_of(provider);
  }
  return providers;
}

Result<std::optional<Provider>> first_of(store::Database& database,
                                         const std::vector<std::int64_t>& numbers) {
  std::vector<Provider> providers = PATCHBAY_TRY(read_rows(database, numbers));
  if (providers.empty()) return std::optional<Provider>();
  return std::optional<Provider>(std::move(providers.front()));
}

}  // namespace

Result<std::vector<Provider>> read_providers(store::Database& database) {
  return read_rows(database,
                   PATCHBAY_TRY(row_numbers(database, "SELECT rowid FROM api_providers")));
}

Result<std::optional<Provider>> find_provider_by_id(store::Database& database,
                                                    std::string_view id) {
  return first_of(
      database,
      PATCHBAY_TRY(row_numbers(database, "SELECT rowid FROM api_providers WHERE id = ?1", id)));
}

Result<std::optional<Provider>> find_provider_by_name(store::Database& database,
                                                      std::string_view name) {
  return first_of(
      database,
      PATCHBAY_TRY(row_numbers(database, "SELECT rowid FROM api_providers WHERE name = ?1", name)));
}

std::int64_t priority_of(const Provider& provider) {
  const std::string text = provider.setting("priority");
  std::int64_t priority = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), priority);
  return failure == std::errc() && end == text.data() + text.size() ? priority : 0;
}

Error changed_meanwhile(const Provider& row) {
  return Error{ErrorCode::Store,
               "the provider '" + row.name + "' was changed by somebody else in the meantime",
               "look at it with `patchbay provider show " + row.name + "`, then try again",
               row.name};
}

Status insert_provider(store::Database& database, const Provider& provider) {
  store::Statement insert = PATCHBAY_TRY(store::Statement::prepare(
      database,
      "INSERT INTO api_providers (id, name, display_name, endpoint_url, auth_type, model_name,"
      " is_active, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"));
  insert.bind(1, provider.id).bind(2, provider.name).bind(3, provider.display_name);
  insert.bind(4, provider.endpoint_url).bind(5, provider.auth_type).bind(6, provider.model_name);
  insert.bind(7, provider.is_active ? 1 : 0).bind(8, provider.created_at);
  return insert.bind(9, provider.updated_at).run();
}

Status write_setting(store::Database& database,
                     std::string_view provider_id,
                     std::string_view name,
                     const std::optional<std::string>& value) {
  store::Statement write = PATCHBAY_TRY(store::Statement::prepare(
      database,
      value ? "INSERT INTO patchbay_provider_settings (provider_id, key, value)"
              " VALUES (?1, ?2, ?3)"
              " ON CONFLICT (provider_id, key) DO UPDATE SET value = excluded.value"
            : "DELETE FROM patchbay_provider_settings WHERE provider_id = ?1 AND key = ?2"));
  write.bind(1, provider_id).bind(2, name);
  if (value) write.bind(3, *value);
  return write.run();
}

Result<std::int64_t> count_keys(store::Database& database, std::string_view provider_id) {
  store::Statement count = PATCHBAY_TRY(
      store::Statement::prepare(database, "SELECT count(*) FROM api_keys WHERE provider_id = ?1"));
  count.bind(1, provider_id);
  PATCHBAY_TRY(count.step());
  return count.integer(0);
}

}  // namespace patchbay::host
