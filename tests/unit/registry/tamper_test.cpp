// What was signed is not what is there: each way to change it, with plain SQL.
#include "core/crypto/kdf.hpp"
#include "host/vault/key_file.hpp"
#include "tests/unit/registry/tamper_home.hpp"

#include <gmock/gmock.h>

namespace patchbay::host {
namespace {

using ::testing::HasSubstr;
using testing::must;
using testing::number;
using testing::TamperHome;

struct Change {
  const char* name;
  const char* sql;  // KEY and OTHER stand for two keys' ids, PROVIDER and BETA for providers' ids
};

void PrintTo(const Change& change, std::ostream* out) {
  *out << change.name;
}

class TamperTest : public ::testing::TestWithParam<Change> {};

TEST_P(TamperTest, IsSeenAndTheKeyIsNotUsed) {
  TamperHome home;
  ASSERT_TRUE(home.use(home.key_id).ok());
  home.apply(GetParam().sql);
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Tampered);
  const auto used = home.use(home.key_id);
  ASSERT_FALSE(used.ok());
  EXPECT_TRUE(used.error().code == ErrorCode::Tampered || used.error().code == ErrorCode::NoAdapter)
      << used.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    OfTheKey,
    TamperTest,
    ::testing::Values(
        Change{"provider", "UPDATE api_keys SET provider_id = 'BETA' WHERE id = 'KEY'"},
        Change{"token", "UPDATE api_keys SET key_value = key_value || '=' WHERE id = 'KEY'"},
        Change{"token of another",
               "UPDATE api_keys SET key_value ="
               " (SELECT key_value FROM api_keys WHERE id = 'OTHER') WHERE id = 'KEY'"},
        Change{"environment", "UPDATE api_keys SET environment = 'production' WHERE id = 'KEY'"},
        Change{"user", "UPDATE patchbay_key_settings SET user = 'eve' WHERE key_id = 'KEY'"},
        Change{"version", "UPDATE patchbay_key_seals SET key_version = 2 WHERE key_id = 'KEY'"},
        Change{"activation", "UPDATE patchbay_key_seals SET activation = 2 WHERE key_id = 'KEY'"},
        Change{"signature",
               "UPDATE patchbay_key_seals SET signature = zeroblob(64) WHERE key_id = 'KEY'"},
        Change{"short signature",
               "UPDATE patchbay_key_seals SET signature = x'00' WHERE key_id = 'KEY'"},
        Change{"signature of another",
               "UPDATE patchbay_key_seals SET signature = (SELECT signature FROM"
               " patchbay_key_seals WHERE key_id = 'OTHER') WHERE key_id = 'KEY'"},
        Change{"identity",
               "UPDATE api_keys SET id = 'x' WHERE id = 'OTHER';"
               "UPDATE api_keys SET id = 'OTHER' WHERE id = 'KEY';"
               "UPDATE api_keys SET id = 'KEY' WHERE id = 'x'"}));

INSTANTIATE_TEST_SUITE_P(
    OfTheProvider,
    TamperTest,
    ::testing::Values(
        Change{"origin",
               "UPDATE api_providers SET endpoint_url = 'https://evil.example/v1'"
               " WHERE id = 'PROVIDER'"},
        Change{"path",
               "UPDATE api_providers SET endpoint_url = 'https://api.alpha.example/v1/evil'"
               " WHERE id = 'PROVIDER'"},
        Change{"port",
               "UPDATE api_providers SET endpoint_url = 'https://api.alpha.example:8443/v1'"
               " WHERE id = 'PROVIDER'"},
        Change{"scheme",
               "UPDATE api_providers SET endpoint_url = 'http://api.alpha.example/v1'"
               " WHERE id = 'PROVIDER'"},
        Change{"auth type", "UPDATE api_providers SET auth_type = 'api_key' WHERE id = 'PROVIDER'"},
        Change{"allow private",
               "INSERT INTO patchbay_provider_settings VALUES ('PROVIDER', 'allow_private', '1')"},
        Change{"adapter",
               "INSERT INTO patchbay_provider_settings"
               " VALUES ('PROVIDER', 'adapter', 'dev.example.beta')"},
        Change{"absent adapter",
               "INSERT INTO patchbay_provider_settings"
               " VALUES ('PROVIDER', 'adapter', 'dev.example.none')"},
        Change{"name",
               "UPDATE api_providers SET name = 'x' WHERE id = 'BETA';"
               "UPDATE api_providers SET name = 'beta' WHERE id = 'PROVIDER'"}));

class HarmlessTest : public ::testing::TestWithParam<Change> {};

TEST_P(HarmlessTest, LeavesTheKeySealed) {
  TamperHome home;
  home.apply(GetParam().sql);
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Sealed);
  EXPECT_TRUE(home.use(home.key_id).ok());
}

INSTANTIATE_TEST_SUITE_P(
    TamperTest,
    HarmlessTest,
    ::testing::Values(
        Change{"label", "UPDATE patchbay_key_settings SET label = 'x', priority = 3"},
        Change{"last use", "UPDATE api_keys SET last_used_at = '2026-11-23T05:16:24.5'"},
        Change{"names", "UPDATE api_providers SET display_name = 'x', model_name = 'y'"},
        Change{"chat model",
               "INSERT INTO patchbay_provider_settings VALUES ('PROVIDER', 'chat_model', 'x')"},
        Change{"pin of the same adapter",
               "INSERT INTO patchbay_provider_settings"
               " VALUES ('PROVIDER', 'adapter', 'dev.example.alpha')"},
        Change{"another key", "UPDATE api_keys SET environment = 'x' WHERE id = 'OTHER'"}));

TEST(TamperTest, SwitchingOnBehindOurBackIsSeen) {
  TamperHome home;
  must(home.registry.deactivate_key(home.key_id, "refused"));
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Withdrawn);
  home.apply("UPDATE api_keys SET is_active = 1 WHERE id = 'KEY'");
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Tampered);
  EXPECT_FALSE(home.use(home.key_id).ok());
  must(home.registry.seal_key(home.catalog, home.key_id, home.owner));
  EXPECT_TRUE(home.use(home.key_id).ok());
}

TEST(TamperTest, ANewPluginThatSendsTheKeyElsewhereIsSeen) {
  TamperHome home;
  home.catalog.manifest("alpha").origins.push_back({"https://evil.example", true, false});
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Tampered);
  home.catalog.manifest("alpha").origins.back().credentialed = false;
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Sealed);
}

TEST(TamperTest, ARemovedPluginIsNoTampering) {
  TamperHome home;
  home.catalog.remove("alpha");
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Sealed);
  EXPECT_EQ(home.use(home.key_id).error().code, ErrorCode::NoAdapter);
  home.execute(
      "UPDATE api_providers SET endpoint_url = 'https://evil.example'"
      " WHERE name = 'alpha'");
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Tampered);
}

TEST(TamperTest, AnUnsealedKeyIsNotUsedEither) {
  TamperHome home;
  home.apply("DELETE FROM patchbay_key_seals WHERE key_id = 'KEY'");
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Unsealed);
  const auto used = home.use(home.key_id);
  ASSERT_FALSE(used.ok());
  EXPECT_THAT(used.error().hint, HasSubstr("key approve"));
}

TEST(TamperTest, TheRowsThatAreUsedAreTheOnesThatAreChecked) {
  TamperHome home;
  const Key key = home.key(home.key_id);
  Provider moved = home.provider();
  moved.endpoint_url = "https://evil.example/v1";
  EXPECT_EQ(home.registry.checked_statement(home.catalog, moved, key).error().code,
            ErrorCode::Tampered);
  Key swapped = key;
  swapped.token = home.key(home.other_id).token;
  EXPECT_EQ(home.registry.checked_statement(home.catalog, home.provider(), swapped).error().code,
            ErrorCode::Tampered);
}

TEST(TamperTest, AKeyThatWasSwitchedOffSinceItWasReadIsNotUsed) {
  TamperHome home;
  const Key read_before = home.key(home.key_id);
  must(home.registry.deactivate_key(home.key_id, "refused"));
  EXPECT_EQ(
      home.registry.checked_statement(home.catalog, home.provider(), read_before).error().code,
      ErrorCode::Inactive);
}

TEST(TamperTest, TheStatementNamesWhereTheKeyMayGo) {
  TamperHome home;
  EXPECT_THAT(must(home.use(home.key_id)).origins,
              ::testing::ElementsAre("https://api.alpha.example", "https://check.alpha.example"));
}

// Whoever points a row at a proxy or an emulator does not mean the provider's other places too.
TEST(TamperTest, AKeyOfAMovedEndpointGoesToThatEndpointAlone) {
  TamperHome home;
  const auto origins_at = [&](const std::string& endpoint) {
    Provider row = home.provider();
    row.endpoint_url = endpoint;
    must(home.registry.update_provider(row));
    must(home.registry.seal_key(home.catalog, home.key_id, home.owner));
    return must(home.use(home.key_id)).origins;
  };
  using ::testing::ElementsAre;
  EXPECT_THAT(origins_at("https://proxy.example/v1"), ElementsAre("https://proxy.example"));
  EXPECT_THAT(origins_at("https://api.alpha.example/v2"),
              ElementsAre("https://api.alpha.example", "https://check.alpha.example"));
  home.catalog.manifest("alpha").endpoints = {"https://eu.alpha.example/v1"};
  EXPECT_THAT(origins_at("https://eu.alpha.example/v1"),
              ElementsAre("https://check.alpha.example", "https://eu.alpha.example"));
  EXPECT_THAT(origins_at("https://us.alpha.example/v1"), ElementsAre("https://us.alpha.example"));
}

// A login goes to where it is renewed as well, to that address and no other.
TEST(TamperTest, WhereALoginIsRenewedIsSignedToo) {
  TamperHome home;
  Provider row = home.provider();
  row.auth_type = "oauth";
  row.settings["oauth_token_url"] = "https://login.alpha.example/token";
  must(home.registry.update_provider(row));
  EXPECT_EQ(home.use(home.key_id).error().code, ErrorCode::Tampered);
  must(home.registry.seal_key(home.catalog, home.key_id, home.owner));
  EXPECT_THAT(must(home.use(home.key_id)).origins,
              ::testing::ElementsAre("https://api.alpha.example",
                                     "https://check.alpha.example",
                                     "https://login.alpha.example/token"));
  home.apply(
      "UPDATE patchbay_provider_settings SET value = 'https://login.alpha.example/other'"
      " WHERE key = 'oauth_token_url'");
  EXPECT_EQ(home.use(home.key_id).error().code, ErrorCode::Tampered);
  home.apply("DELETE FROM patchbay_provider_settings WHERE key = 'oauth_token_url'");
  EXPECT_EQ(home.use(home.key_id).error().code, ErrorCode::Tampered)
      << "a refresh token would be sent as if it were an access token";
}

// As after an update of the plugin; what is used is what it names now.
TEST(TamperTest, AnAdapterThatNeedsFewerOriginsLeavesTheSignatureGood) {
  TamperHome home;
  AdapterManifest& manifest = home.catalog.manifest("alpha");
  const std::vector<ManifestOrigin> all = manifest.origins;
  manifest.origins.clear();
  EXPECT_THAT(must(home.use(home.key_id)).origins,
              ::testing::ElementsAre("https://api.alpha.example"));
  manifest.origins = all;
  manifest.origins.push_back({"https://more.alpha.example", true, false});
  EXPECT_EQ(home.use(home.key_id).error().code, ErrorCode::Tampered);
}

// Whoever holds the service key and the database can read keys, and still not say where they go.
TEST(TamperTest, TheServiceKeyAloneCannotSeal) {
  TamperHome home;
  const KeyFile service = must(read_key_file(home.files.service_key_file, KeyFileKind::Service));
  const crypto::SigningKey forger = must(crypto::SigningKey::from_seed(service.secret));
  home.apply(
      "UPDATE api_providers SET endpoint_url = 'https://evil.example' WHERE id = 'PROVIDER'");
  const std::string statement =
      must(home.registry.statement_of(home.catalog, home.provider(), home.key(home.key_id))).text();
  const crypto::Signature forged = forger.sign(crypto::bytes_of(statement));
  store::Statement write = must(store::Statement::prepare(
      home.database, "UPDATE patchbay_key_seals SET signature = ?1, signer = 'owner'"));
  must(write.bind(1, forged).run());
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Tampered);
}

TEST(TamperTest, AnotherOwnerCanChangeNothing) {
  TamperHome home;
  testing::ReadyVaultHome stranger;
  const Owner owner = must(Owner::open(stranger.files.owner_key_file, stranger.identity));
  const auto added = home.registry.add_key(home.catalog, home.new_key("x"), owner);
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().code, ErrorCode::NotAllowed);
  EXPECT_EQ(home.registry.seal_key(home.catalog, home.key_id, owner).error().code,
            ErrorCode::NotAllowed);
  EXPECT_EQ(home.registry.remove_key(home.key_id, owner).error().code, ErrorCode::NotAllowed);
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM api_keys"), 2);
  EXPECT_EQ(home.key(home.key_id).seal, SealState::Sealed);
}

}  // namespace
}  // namespace patchbay::host
