// The migrations of this program, against the words of the data model.
#include "core/base/file.hpp"
#include "core/base/id.hpp"
#include "core/store/migrator.hpp"
#include "tests/unit/store/database_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace patchbay::store {
namespace {

constexpr std::string_view api_providers = R"(CREATE TABLE api_providers (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    endpoint_url TEXT NOT NULL,
    auth_type TEXT NOT NULL,
    model_name TEXT,
    is_active BOOLEAN DEFAULT 1,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME DEFAULT CURRENT_TIMESTAMP
))";

constexpr std::string_view api_keys = R"(CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    provider_id TEXT NOT NULL,
    key_value TEXT NOT NULL,
    environment TEXT DEFAULT 'default',
    is_active BOOLEAN DEFAULT 1,
    last_used_at DATETIME,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    FOREIGN KEY (provider_id) REFERENCES api_providers(id)
))";

class SchemaTest : public test::DatabaseTest {
 protected:
  std::string sql_of(std::string_view name) {
    return test::single(database_,
                        "SELECT sql FROM sqlite_schema WHERE name = '" + std::string(name) + "'");
  }

  Database database_ = open_migrated();
};

TEST_F(SchemaTest, HasTheMandatedTablesWordForWord) {
  EXPECT_EQ(sql_of("api_providers"), api_providers);
  EXPECT_EQ(sql_of("api_keys"), api_keys);
}

TEST_F(SchemaTest, HasTheMandatedIndexesWordForWord) {
  EXPECT_EQ(sql_of("idx_api_providers_name"),
            "CREATE INDEX idx_api_providers_name ON api_providers(name)");
  EXPECT_EQ(sql_of("idx_api_keys_provider_id"),
            "CREATE INDEX idx_api_keys_provider_id ON api_keys(provider_id)");
  EXPECT_EQ(sql_of("idx_api_keys_environment"),
            "CREATE INDEX idx_api_keys_environment ON api_keys(environment)");
}

TEST_F(SchemaTest, PrefixesEverythingElse) {
  EXPECT_EQ(test::column(database_,
                         "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'patchbay\\_%' "
                         "ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"),
            (std::vector<std::string>{"api_keys",
                                      "api_providers",
                                      "idx_api_keys_environment",
                                      "idx_api_keys_provider_id",
                                      "idx_api_providers_name"}));
}

TEST_F(SchemaTest, HasEverySideTable) {
  EXPECT_EQ(test::column(database_,
                         "SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                         "name LIKE 'patchbay%' ORDER BY name"),
            (std::vector<std::string>{"patchbay_attempts",
                                      "patchbay_audit",
                                      "patchbay_file",
                                      "patchbay_key_health",
                                      "patchbay_key_proofs",
                                      "patchbay_key_seals",
                                      "patchbay_key_settings",
                                      "patchbay_key_tokens",
                                      "patchbay_key_versions",
                                      "patchbay_keyslots",
                                      "patchbay_migrations",
                                      "patchbay_plugins",
                                      "patchbay_provider_health",
                                      "patchbay_provider_registration",
                                      "patchbay_provider_settings",
                                      "patchbay_signing_slots",
                                      "patchbay_usage_hourly",
                                      "patchbay_users"}));
}

TEST_F(SchemaTest, HasTheDefaultProvider) {
  Statement row = Statement::prepare(database_,
                                     "SELECT id, name, display_name, endpoint_url, auth_type, "
                                     "model_name, is_active, created_at FROM api_providers")
                      .value();
  ASSERT_TRUE(row.step().value());
  EXPECT_TRUE(is_uuid(row.text(0))) << row.text(0);
  EXPECT_EQ(row.text(0)[14], '4');
  EXPECT_EQ(row.text(1), "gemini");
  EXPECT_EQ(row.text(2), "Google Gemini");
  EXPECT_EQ(row.text(3), "https://generativelanguage.googleapis.com/v1beta");
  EXPECT_EQ(row.text(4), "api_key");
  EXPECT_EQ(row.text(5), "gemini-3.1-flash-image");
  EXPECT_EQ(row.integer(6), 1);
  EXPECT_EQ(row.text(7).size(), 19U);
  EXPECT_FALSE(row.step().value());
}

TEST_F(SchemaTest, GivesTheDefaultProviderAnotherIdInEachFile) {
  std::vector<std::string> ids;
  for (int i = 0; i < 8; ++i) {
    Database other = test::open_database(folder_ / (std::to_string(i) + ".db"));
    ASSERT_TRUE(migrate(other, embedded_migrations()).ok());
    ids.push_back(test::single(other, "SELECT id FROM api_providers"));
    EXPECT_TRUE(is_uuid(ids.back())) << ids.back();
    EXPECT_NE(std::string("89ab").find(ids.back()[19]), std::string::npos) << ids.back();
  }
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
}

TEST_F(SchemaTest, KeepsTheFileSound) {
  EXPECT_EQ(database_.quick_check().value(), "ok");
  EXPECT_TRUE(test::column(database_, "PRAGMA foreign_key_check").empty());
}

TEST_F(SchemaTest, SetsNoMarkInTheHeader) {
  EXPECT_EQ(test::number(database_, "PRAGMA user_version"), 0);
  EXPECT_EQ(test::number(database_, "PRAGMA application_id"), 0);
}

TEST(EmbeddedMigrationsTest, AreTheFilesOfTheFolder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(PATCHBAY_MIGRATIONS_DIR))
    if (entry.path().extension() == ".sql") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  const auto embedded = embedded_migrations();
  ASSERT_EQ(files.size(), embedded.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    EXPECT_EQ(embedded[i].version, static_cast<int>(i) + 1);
    EXPECT_NE(files[i].find("_" + std::string(embedded[i].name) + ".sql"), std::string::npos);
    EXPECT_EQ(embedded[i].sql, read_file(files[i], 1 << 20).value());
    EXPECT_EQ(embedded[i].checksum.size(), 64U);
    EXPECT_EQ(embedded[i].scope == MigrationScope::OwnFiles,
              embedded[i].sql.starts_with("-- only: own files\n"));
  }
}

}  // namespace
}  // namespace patchbay::store
