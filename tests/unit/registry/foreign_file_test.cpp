// A database that belongs to another program: what it had stays as it was, to the byte.
#include "tests/support/fixtures.hpp"
#include "tests/unit/registry/registry_home.hpp"

#include <gmock/gmock.h>

#include <map>

namespace patchbay::host {
namespace {

using testing::example_adapter;
using testing::must;
using testing::number;
using testing::text;

// The early form of the two tables, with the columns that the data model does not have.
constexpr const char* foreign_schema =
    "CREATE TABLE generations (id TEXT PRIMARY KEY, prompt TEXT NOT NULL);"
    "CREATE TABLE api_providers (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, display_name TEXT"
    " NOT NULL, endpoint_url TEXT NOT NULL, auth_type TEXT NOT NULL, model_name TEXT, base_url"
    " TEXT, settings TEXT, is_active BOOLEAN DEFAULT 1, created_at DATETIME DEFAULT"
    " CURRENT_TIMESTAMP, updated_at DATETIME DEFAULT CURRENT_TIMESTAMP);"
    "CREATE TABLE api_keys (id TEXT PRIMARY KEY, provider_id TEXT NOT NULL, key_value TEXT NOT"
    " NULL, description TEXT, environment TEXT DEFAULT 'default', is_active BOOLEAN DEFAULT 1,"
    " last_used_at DATETIME, created_at DATETIME DEFAULT CURRENT_TIMESTAMP, updated_at DATETIME"
    " DEFAULT CURRENT_TIMESTAMP, FOREIGN KEY (provider_id) REFERENCES api_providers(id));"
    "CREATE INDEX idx_api_providers_name ON api_providers(name);"
    "CREATE INDEX idx_api_keys_provider_id ON api_keys(provider_id);"
    "CREATE INDEX idx_api_keys_environment ON api_keys(environment);"
    "INSERT INTO generations VALUES ('g', 'A banana');"
    "INSERT INTO api_providers VALUES ('p', 'alpha', 'Alpha', 'https://api.alpha.example/v1',"
    " 'bearer', 'alpha-image-1', 'x', '{}', 1, '2025-09-12T08:00:00', '2025-09-12T08:00:00');"
    "INSERT INTO api_keys VALUES ('k', 'p', 'token', 'theirs', 'production', 1, NULL,"
    " '2025-09-12T08:00:00.389042', '2025-09-12T08:00:00.389042');";

// Every row of every table of theirs, and the text of every object of their schema.
std::map<std::string, std::string> snapshot(store::Database& database) {
  std::map<std::string, std::string> result;
  const char* objects =
      "SELECT name, type, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'patchbay%'"
      " AND tbl_name NOT LIKE 'patchbay%'";
  store::Statement schema = must(store::Statement::prepare(database, objects));
  std::vector<std::string> tables;
  while (must(schema.step())) {
    result[std::string(schema.text(0))] = schema.text(2);
    if (schema.text(1) == "table") tables.emplace_back(schema.text(0));
  }
  for (const std::string& table : tables) {
    store::Statement columns = must(store::Statement::prepare(
        database,
        "SELECT group_concat('quote(\"' || name || '\")', ' || '','' || ') FROM"
        " pragma_table_info('" +
            table + "')"));
    must(columns.step());
    result[table + " rows"] =
        text(database,
             "SELECT coalesce(group_concat(row, char(10)), '') FROM (SELECT " +
                 std::string(columns.text(0)) + " AS row FROM \"" + table + "\" ORDER BY rowid)");
  }
  return result;
}

struct ForeignHome {
  testing::TempDir directory;
  store::Database database;
  testing::FakeClock clock{testing::start_unix_ms};
  testing::StandInCatalog catalog;
  std::map<std::string, std::string> before;
  VaultIdentity identity;

  explicit ForeignHome(const std::filesystem::path& file) : database(open(file)) {
    before = snapshot(database);
    must(store::migrate(database, store::embedded_migrations()));
    identity = must(create_vault(database, {directory / "service.key", directory / "owner.key"}));
    catalog.add(example_adapter("alpha"));
    catalog.add(example_adapter("openrouter"));
    catalog.add(example_adapter("gemini"));
  }
  ForeignHome() : ForeignHome(std::filesystem::path()) {}

  [[nodiscard]] Registry registry() { return {database, clock, identity}; }
  [[nodiscard]] Owner owner() const { return must(Owner::open(directory / "owner.key", identity)); }

 private:
  [[nodiscard]] store::Database open(const std::filesystem::path& source) const {
    const std::filesystem::path file = directory / "theirs.db";
    if (!source.empty()) std::filesystem::copy_file(source, file);
    store::Database opened = must(store::Database::open(file, store::OpenMode::ReadWriteCreate));
    if (source.empty()) must(opened.execute(foreign_schema));
    return opened;
  }
};

TEST(ForeignFileTest, RegistrationAddsAndChangesNothing) {
  ForeignHome home;
  ASSERT_EQ(must(store::file_origin(home.database)), store::FileOrigin::Foreign);
  home.catalog.manifest("alpha").image_model = "alpha-image-2";
  must(home.registry().register_adapters(home.catalog));
  EXPECT_EQ(snapshot(home.database), home.before);
}

TEST(ForeignFileTest, APersonConfiguresAProviderIntoIt) {
  ForeignHome home;
  must(home.registry().ensure_provider(home.catalog.by_name("gemini").value()));
  EXPECT_EQ(must(home.registry().provider("gemini")).model_name, "gemini-image-1");
  must(home.database.execute("DELETE FROM api_providers WHERE name = 'gemini'"));
  EXPECT_EQ(snapshot(home.database), home.before);
}

TEST(ForeignFileTest, ItsKeysAreSealedAndSwitchedOffBesideTheirRows) {
  ForeignHome home;
  Registry registry = home.registry();
  const Owner owner = home.owner();
  must(registry.set_version("k", 1));
  must(registry.seal_key(home.catalog, "k", owner));
  EXPECT_EQ(must(registry.keys(home.catalog)).at(0).seal, SealState::Sealed);
  EXPECT_EQ(snapshot(home.database), home.before);
  must(registry.deactivate_key("k", "refused"));
  EXPECT_FALSE(must(registry.keys(home.catalog)).at(0).is_active);
  must(home.database.execute("UPDATE api_keys SET is_active = 1"));
  EXPECT_EQ(snapshot(home.database), home.before) << "is_active alone may change";
}

TEST(ForeignFileTest, LastUseIsComparedWithTheirFormOfTime) {
  ForeignHome home;
  Registry registry = home.registry();
  must(home.database.execute("UPDATE api_keys SET last_used_at = '2026-11-23T05:16:24.389042'"));
  must(registry.mark_used("k", 1'795'410'984'000));  // 05:16:24
  EXPECT_EQ(text(home.database, "SELECT last_used_at FROM api_keys"), "2026-11-23T05:16:24.389042");
  must(registry.mark_used("k", 1'795'410'985'000));
  EXPECT_EQ(text(home.database, "SELECT last_used_at FROM api_keys"), "2026-11-23 05:16:25");
  must(home.database.execute("UPDATE api_keys SET last_used_at = NULL"));
  EXPECT_EQ(snapshot(home.database), home.before);
}

TEST(ForeignFileTest, TimesOfChangeStayAsTheyWere) {
  ForeignHome home;
  Registry registry = home.registry();
  Provider provider = must(registry.provider("alpha"));
  provider.display_name = "Mine";
  must(registry.update_provider(provider));
  must(registry.set_setting("p", "chat_model", "x"));
  EXPECT_EQ(text(home.database, "SELECT updated_at FROM api_providers"), "2025-09-12T08:00:00");
}

TEST(ForeignFileTest, TheExistingSystemsFileStaysAsItIs) {
  const std::filesystem::path fixture = test::fixtures() / "legacy/bananagen.db";
  PATCHBAY_NEEDS_FIXTURE(fixture);
  ForeignHome home(fixture);
  ASSERT_EQ(must(store::file_origin(home.database)), store::FileOrigin::Foreign);
  const std::string first_bytes = testing::contents_of(home.database.path()).substr(0, 24);
  Registry registry = home.registry();
  must(registry.register_adapters(home.catalog));
  std::vector<std::string> names;
  for (const Provider& provider : must(registry.providers())) names.push_back(provider.name);
  EXPECT_THAT(names, ::testing::ElementsAre("openrouter", "requesty"));
  for (const Key& key : must(registry.keys(home.catalog))) {
    EXPECT_EQ(key.seal, SealState::Unsealed);
    must(registry.set_version(key.id, 2));
    if (key.provider_id == must(registry.provider("openrouter")).id)
      must(registry.seal_key(home.catalog, key.id, home.owner()));
  }
  EXPECT_EQ(
      number(home.database, "SELECT count(*) FROM patchbay_key_seals WHERE signature IS NOT NULL"),
      2);
  EXPECT_EQ(snapshot(home.database), home.before);
  EXPECT_EQ(testing::contents_of(home.database.path()).substr(0, 24), first_bytes);
}

}  // namespace
}  // namespace patchbay::host
