// The data model's rules, as the database itself enforces them in files we made.
#include "core/store/migrator.hpp"
#include "tests/unit/store/database_fixture.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace patchbay::store {
namespace {

using Row = std::map<std::string, std::string>;

const Row provider{{"id", "p"},
                   {"name", "acme"},
                   {"display_name", "Acme"},
                   {"endpoint_url", "https://api.acme.example/v1"},
                   {"auth_type", "bearer"},
                   {"model_name", "m"}};

class ValidationTest : public test::DatabaseTest {
 protected:
  // "ok", or SQLite's words after the file's name.
  std::string outcome(Status status) {
    if (status.ok()) return "ok";
    const std::string prefix = "cannot use the database " + path().string() + ": ";
    EXPECT_TRUE(status.error().message.starts_with(prefix)) << status.error().message;
    return status.error().message.substr(prefix.size());
  }

  std::string insert(std::string_view table, const Row& row) {
    std::string names;
    std::string marks;
    for (const auto& [name, value] : row) {
      names += (names.empty() ? "" : ", ") + name;
      marks += marks.empty() ? "?" : ", ?";
    }
    Statement statement = Statement::prepare(database_,
                                             "INSERT INTO " + std::string(table) + " (" + names +
                                                 ") VALUES (" + marks + ")")
                              .value();
    int parameter = 0;
    for (const auto& [name, value] : row) statement.bind(++parameter, value);
    return outcome(statement.run());
  }

  std::string insert_provider(const std::string& column, const std::string& value) {
    Row row = provider;
    row[column] = value;
    return insert("api_providers", row);
  }

  std::string update(std::string_view table, const std::string& column, const std::string& value) {
    Statement statement =
        Statement::prepare(database_, "UPDATE " + std::string(table) + " SET " + column + " = ?")
            .value();
    return outcome(statement.bind(1, value).run());
  }

  Database database_ = open_migrated();
};

constexpr const char* name_rule = "a provider name is 1 to 50 characters in lower case";
constexpr const char* endpoint_rule =
    "an endpoint is an http or https URL of at most 500 characters";

TEST_F(ValidationTest, AcceptsAProviderAtEveryLimit) {
  Row row = provider;
  row["name"] = std::string(50, 'n');
  row["display_name"] = std::string(100, 'D');
  row["endpoint_url"] = "https://" + std::string(492, 'e');
  row["model_name"] = std::string(100, 'm');
  EXPECT_EQ(insert("api_providers", row), "ok");
}

TEST_F(ValidationTest, RefusesProvidersBeyondTheRules) {
  EXPECT_EQ(insert_provider("name", "Acme"), name_rule);
  EXPECT_EQ(insert_provider("name", ""), name_rule);
  EXPECT_EQ(insert_provider("name", std::string(51, 'n')), name_rule);
  EXPECT_EQ(insert_provider("display_name", std::string(101, 'D')),
            "a display name is at most 100 characters");
  EXPECT_EQ(insert_provider("endpoint_url", ""), endpoint_rule);
  EXPECT_EQ(insert_provider("endpoint_url", "https://"), endpoint_rule);
  EXPECT_EQ(insert_provider("endpoint_url", "file:///etc/passwd"), endpoint_rule);
  EXPECT_EQ(insert_provider("endpoint_url", "https://" + std::string(493, 'e')), endpoint_rule);
  EXPECT_EQ(insert_provider("auth_type", "basic"), "an auth_type is bearer, api_key or oauth");
  EXPECT_EQ(insert_provider("auth_type", "Bearer"), "an auth_type is bearer, api_key or oauth");
  EXPECT_EQ(insert_provider("model_name", std::string(101, 'm')),
            "a model name is at most 100 characters");
  EXPECT_EQ(insert_provider("name", "gemini"), "UNIQUE constraint failed: api_providers.name");
}

TEST_F(ValidationTest, CountsCharactersNotBytes) {
  std::string name;
  for (int i = 0; i < 100; ++i) name += "\xC3\xA4";
  EXPECT_EQ(insert_provider("display_name", name), "ok");
}

TEST_F(ValidationTest, AcceptsAllThreeKindsOfAuthorisation) {
  for (const char* type : {"bearer", "api_key", "oauth"}) {
    Row row = provider;
    row["id"] = row["name"] = std::string("with_") + type;
    row["auth_type"] = type;
    EXPECT_EQ(insert("api_providers", row), "ok") << type;
  }
}

TEST_F(ValidationTest, HoldsProvidersToTheRulesWhenTheyChange) {
  EXPECT_EQ(update("api_providers", "name", "Gemini"), name_rule);
  EXPECT_EQ(update("api_providers", "display_name", std::string(101, 'D')),
            "a display name is at most 100 characters");
  EXPECT_EQ(update("api_providers", "endpoint_url", "none"), endpoint_rule);
  EXPECT_EQ(update("api_providers", "auth_type", "basic"),
            "an auth_type is bearer, api_key or oauth");
  EXPECT_EQ(update("api_providers", "model_name", std::string(101, 'm')),
            "a model name is at most 100 characters");
  EXPECT_EQ(update("api_providers", "endpoint_url", "http://127.0.0.1:8080/v1beta"), "ok");
}

TEST_F(ValidationTest, HoldsKeysToTheRules) {
  ASSERT_EQ(insert("api_providers", provider), "ok");
  const Row key{{"id", "k"}, {"provider_id", "p"}, {"key_value", "token"}, {"environment", "dev"}};
  Row changed = key;
  changed["key_value"] = " ";
  EXPECT_EQ(insert("api_keys", changed), "a key value is not empty");
  changed = key;
  changed["environment"] = std::string(51, 'e');
  EXPECT_EQ(insert("api_keys", changed), "an environment is at most 50 characters");
  changed = key;
  changed["provider_id"] = "none";
  EXPECT_EQ(insert("api_keys", changed), "a key belongs to an existing provider");
  changed = key;
  changed["environment"] = std::string(50, 'e');
  EXPECT_EQ(insert("api_keys", changed), "ok");
  EXPECT_EQ(update("api_keys", "key_value", ""), "a key value is not empty");
  EXPECT_EQ(update("api_keys", "environment", std::string(51, 'e')),
            "an environment is at most 50 characters");
  EXPECT_EQ(update("api_keys", "provider_id", "none"), "a key belongs to an existing provider");
  EXPECT_EQ(update("api_keys", "last_used_at", "2026-01-01 00:00:00"), "ok");
  EXPECT_EQ(update("api_keys", "is_active", "0"), "ok");
}

TEST_F(ValidationTest, KeepsAProviderThatHasKeys) {
  ASSERT_EQ(insert("api_providers", provider), "ok");
  ASSERT_EQ(insert("api_keys", {{"id", "k"}, {"provider_id", "p"}, {"key_value", "token"}}), "ok");
  EXPECT_FALSE(database_.execute("DELETE FROM api_providers WHERE id = 'p'").ok());
  EXPECT_EQ(test::single(database_, "SELECT environment FROM api_keys"), "default");
}

}  // namespace
}  // namespace patchbay::store
