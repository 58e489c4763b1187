#include "core/base/file.hpp"
#include "host/config/config.hpp"
#include "host/config/keys.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/config/environment_guard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using patchbay::testing::TempDir;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

constexpr std::string_view uuid = "0c5c0e0a-6d5e-4b7e-9d0a-3f1f6a1b2c3d";

class LoadConfigTest : public ::testing::Test {
 protected:
  [[nodiscard]] fs::path file() const { return folder_.path() / "patchbay.toml"; }
  Result<Config> load(std::string_view text) {
    folder_.write("patchbay.toml", text);
    return load_config(file());
  }
  // The message after "FILE:", or "" where the text loads.
  std::string refusal(std::string_view text) {
    const Result<Config> config = load(text);
    if (config.ok()) return {};
    EXPECT_EQ(config.error().code, ErrorCode::BadInput);
    EXPECT_EQ(config.error().message.find(file().string() + ":"), 0U) << config.error().message;
    return config.error().message.substr(file().string().size() + 1);
  }

  TempDir folder_;
};

// toml++ ended the program on each of these.
TEST_F(LoadConfigTest, RefusesAHeaderWithoutAName) {
  for (const std::string_view text : {"[", "[[", "[[[", "[.a]", "a = 1\n[ ]\n", "  ["})
    EXPECT_THAT(refusal(text),
                ContainsRegex("^[12]:[0-9]+: Error while parsing (table header|key): "))
        << text;
}

// toml++ relied on what it did not check, or ended the program.
TEST_F(LoadConfigTest, RefusesWhatOnlyLooksLikeToml) {
  EXPECT_THAT(refusal("environment = \"x\"\nprovider = ä\n"), StartsWith("2:"));
  EXPECT_THAT(refusal("provä = \"x\"\n"), StartsWith("1:"));
  EXPECT_THAT(refusal("[\v\vtls]\n"), StartsWith("1:"));
  EXPECT_THAT(refusal("provider = 1979-05-\x7f 1\n"), StartsWith("1:"));
  for (const std::string_view time : {"T.7:32:00Z", "T", "t\n", "T:", "T\"\"", "Tä"})
    EXPECT_THAT(refusal("provider = 1979-05-27" + std::string(time)), StartsWith("1:")) << time;
}

TEST_F(LoadConfigTest, TakesThemInQuotesAndComments) {
  const Result<Config> config = load(
      "\xEF\xBB\xBF# ä [ ]\n"
      "provider = 'aä' # ä\n"
      "tls.ca_file = '''/ä\n[ ]'''\n"
      "[providers.\"ä\"]\n"
      "model = \"\\\"ä\\\\\"\n"
      "note = \"\"\"\n[ ]\n# \"ä\"\"\"\"\n");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config.value().provider, "aä");
  EXPECT_EQ(config.value().ca_file, "/ä\n[ ]");
  const auto& values = config.value().providers.at("ä").values;
  EXPECT_EQ(values.at("model"), "\"ä\\");
  EXPECT_EQ(values.at("note"), "[ ]\n# \"ä\"");
}

TEST_F(LoadConfigTest, GivesTheDefaultsForAMissingFile) {
  const Result<Config> config = load_config(file());
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config.value().environment, "default");
  EXPECT_EQ(config.value().generation, 1);
  EXPECT_EQ(config.value().log_level, "warning");
  EXPECT_FALSE(config.value().image_timeout);
  EXPECT_TRUE(config.value().providers.empty());
  for (const std::string_view key : known_keys())
    EXPECT_EQ(config.value().origins.at(std::string(key)), "default");
}

TEST_F(LoadConfigTest, ReadsEveryKey) {
  const Result<Config> loaded = load(
      "environment = \"prod\"\n"
      "provider = \"gemini\"\n"
      "[project]\n"
      "id = \"" +
      std::string(uuid) +
      "\"\n"
      "owner_public_key = \"AAAA\"\n"
      "generation = 3\n"
      "[vault]\n"
      "service_key_file = \"/keys/service\"\n"
      "owner_key_file = \"owner\"\n"
      "recovery = \"refused\"\n"
      "[store]\n"
      "path = \"data/p.db\"\n"
      "[timeouts]\n"
      "image = 600\n"
      "chat = 1.5\n"
      "connect = 4\n"
      "idle = 30\n"
      "[limits]\n"
      "response_size = 1048576\n"
      "attempts_kept_days = 30\n"
      "[tls]\n"
      "ca_file = \"ca.pem\"\n"
      "[proxy]\n"
      "url = \"http://proxy:3128\"\n"
      "[plugins]\n"
      "paths = [\"a.so\", \"/opt/plugins\"]\n"
      "unvouched = \"refuse\"\n"
      "worker = \"w\"\n"
      "[log]\n"
      "level = \"debug\"\n");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const Config& config = loaded.value();
  EXPECT_EQ(config.environment, "prod");
  EXPECT_EQ(config.provider, "gemini");
  EXPECT_EQ(config.project_id, uuid);
  EXPECT_EQ(config.owner_public_key, "AAAA");
  EXPECT_EQ(config.generation, 3);
  EXPECT_EQ(config.service_key_file, "/keys/service");
  EXPECT_EQ(config.owner_key_file, folder_.path() / "owner");
  EXPECT_EQ(config.vault_recovery, "refused");
  EXPECT_EQ(config.store_path, folder_.path() / "data/p.db");
  EXPECT_EQ(config.image_timeout, 600s);
  EXPECT_EQ(config.chat_timeout, 1500ms);
  EXPECT_EQ(config.connect_timeout, 4s);
  EXPECT_EQ(config.idle_timeout, 30s);
  EXPECT_EQ(config.response_size_max, 1048576U);
  EXPECT_EQ(config.attempts_kept_days, 30);
  EXPECT_EQ(config.ca_file, folder_.path() / "ca.pem");
  EXPECT_EQ(config.proxy_url, "http://proxy:3128");
  EXPECT_THAT(config.plugin_paths, ElementsAre(folder_.path() / "a.so", "/opt/plugins"));
  EXPECT_EQ(config.unvouched_plugins, "refuse");
  EXPECT_EQ(config.worker_program, folder_.path() / "w");
  EXPECT_EQ(config.log_level, "debug");
  for (const std::string_view key : known_keys())
    EXPECT_EQ(config.origins.at(std::string(key)), "patchbay.toml") << key;
}

TEST_F(LoadConfigTest, ReadsProvidersWithWhateverSettingsTheyHave) {
  const Result<Config> loaded = load(
      "[providers.acme]\n"
      "adapter = \"openai_compatible\"\n"
      "endpoint = \"https://api.acme.example/v1\"\n"
      "allow_private = true\n"
      "priority = 5\n"
      "temperature = 0.5\n"
      "[providers]\n"
      "other.model = \"m\"\n");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_THAT(loaded.value().providers.at("acme").values,
              ElementsAre(Pair("adapter", "openai_compatible"),
                          Pair("allow_private", "1"),
                          Pair("endpoint", "https://api.acme.example/v1"),
                          Pair("priority", "5"),
                          Pair("temperature", "0.5")));
  EXPECT_THAT(loaded.value().providers.at("other").values, ElementsAre(Pair("model", "m")));
  EXPECT_EQ(loaded.value().origins.at("providers.acme.endpoint"), "patchbay.toml");
}

TEST_F(LoadConfigTest, ReadsAHomeDirectoryInPaths) {
  const testing::EnvironmentGuard home("HOME", "/home/ada");
  const Result<Config> config = load("tls.ca_file = \"~/ca.pem\"\n");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config.value().ca_file, "/home/ada/ca.pem");
}

TEST_F(LoadConfigTest, NamesTheNearestKeyForAnUnknownOne) {
  EXPECT_EQ(refusal("\n[timeouts]\nimgae = 5\n"),
            "3:1: unknown key `timeouts.imgae`; did you mean `timeouts.image`?");
  EXPECT_EQ(refusal("enviroment = 'x'"),
            "1:1: unknown key `enviroment`; did you mean `environment`?");
  EXPECT_THAT(refusal("[timeout]\nimage = 5\n"), HasSubstr("1:2: unknown key `timeout`"));
  EXPECT_EQ(refusal("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz = 1"),
            "1:1: unknown key `zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz`");
}

TEST_F(LoadConfigTest, RefusesAQuotedKeyThatLooksDotted) {
  EXPECT_THAT(refusal("\"project.id\" = \"x\""),
              HasSubstr("1:1: the key \"project.id\" holds a dot"));
}

struct Refused {
  const char* text;
  const char* message;
};

class LoadConfigRefusesTest : public LoadConfigTest,
                              public ::testing::WithParamInterface<Refused> {};

TEST_P(LoadConfigRefusesTest, WithPlaceAndReason) {
  EXPECT_EQ(refusal(GetParam().text), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Values,
    LoadConfigRefusesTest,
    ::testing::Values(
        Refused{"environment = 5", "1:15: `environment` must be text in quotes"},
        Refused{"environment = ''", "1:15: `environment` is empty"},
        Refused{"project.id = 'x'", "1:14: `project.id` is not a UUID"},
        Refused{"project.generation = 0",
                "1:22: `project.generation` must be a whole number from 1"},
        Refused{"project.generation = '1'",
                "1:22: `project.generation` must be a whole number from 1"},
        Refused{"store.path = ['x']", "1:14: `store.path` must be a path in quotes"},
        Refused{"timeouts.image = 0",
                "1:18: `timeouts.image` must be a number of seconds above 0, at most 86400"},
        Refused{"timeouts.chat = 86401",
                "1:17: `timeouts.chat` must be a number of seconds above 0, at most 86400"},
        Refused{"timeouts.idle = nan",
                "1:17: `timeouts.idle` must be a number of seconds above 0, at most 86400"},
        Refused{"timeouts.connect = '10'",
                "1:20: `timeouts.connect` must be a number of seconds above 0, at most 86400"},
        Refused{"limits.response_size = -1",
                "1:24: `limits.response_size` must be a number of bytes from 1 to 1099511627776"},
        Refused{"plugins.paths = 'x'", "1:17: `plugins.paths` must be a list of paths in quotes"},
        Refused{"plugins.paths = ['x', 5]", "1:17: `plugins.paths` is of a type that no key takes"},
        Refused{"plugins.paths = ['']", "1:17: `plugins.paths` holds an empty path"},
        Refused{"log.level = 'loud'",
                "1:13: `log.level` is not one of error, warning, info, debug"},
        Refused{"provider = 1979-05-27", "1:12: `provider` is of a type that no key takes"},
        Refused{"timeouts = 5", "1:1: `timeouts` is a table, not a value"},
        Refused{"providers.acme = 5", "1:11: `providers.acme` is a table, not a value"},
        Refused{"[environment]\nx = 1", "1:2: `environment` is a value, not a table"},
        Refused{"[providers.acme.settings]\nx = 1",
                "1:17: `providers.acme.settings` is a value, not a table"},
        Refused{"providers.acme.x = [1]",
                "1:20: `providers.acme.x` is of a type that no key takes"}));

TEST_F(LoadConfigTest, TakesValuesAtTheirLimits) {
  EXPECT_EQ(refusal("timeouts.image = 86400\ntimeouts.chat = 0.001\n"
                    "limits.response_size = 1099511627776\nproject.generation = 1\n"),
            "");
  EXPECT_EQ(refusal("environment = '" + std::string(50, 'e') + "'"), "");
  EXPECT_THAT(refusal("environment = '" + std::string(51, 'e') + "'"),
              HasSubstr("is longer than 50 characters"));
}

TEST_F(LoadConfigTest, SaysWhereTheFileIsNotToml) {
  EXPECT_THAT(refusal("a = 1\nb = \n"), HasSubstr("2:"));
  EXPECT_THAT(refusal("project.id = 1\nproject.id = 2\n"), HasSubstr("2:"));
}

TEST_F(LoadConfigTest, NeverRepeatsAProxysPassword) {
  for (const char* text :
       {"proxy.url = 'ftp://u:hunter2@h'", "proxy.url = 'http://u:hunter2@h x'"}) {
    const std::string message = refusal(text);
    EXPECT_THAT(message, HasSubstr("`proxy.url` is not a URL of a proxy"));
    EXPECT_EQ(message.find("hunter2"), std::string::npos);
  }
}

TEST_F(LoadConfigTest, RefusesAFileAboveTheLimitAndTakesOneAtIt) {
  std::string text = "environment = 'e'\n";
  text.resize(config_size_max, '#');
  EXPECT_TRUE(load(text).ok());
  const Result<Config> config = load(text + "#");
  ASSERT_FALSE(config.ok());
  EXPECT_EQ(config.error().code, ErrorCode::BadInput);
}

TEST_F(LoadConfigTest, WarnsOfAFileThatAllMayWriteTo) {
  folder_.write("patchbay.toml", "provider = 'a'\n");
  EXPECT_TRUE(load_config(file()).value().warnings.empty());
  fs::permissions(file(), fs::perms(0666));
  EXPECT_THAT(load_config(file()).value().warnings,
              ElementsAre(HasSubstr("is writable by others: chmod go-w " + file().string())));
}

class ApplyEnvironmentTest : public LoadConfigTest {
 protected:
  testing::EnvironmentGuard env_{"PATCHBAY_ENV", nullptr};
  testing::EnvironmentGuard provider_{"PATCHBAY_PROVIDER", nullptr};
  testing::EnvironmentGuard db_{"PATCHBAY_DB", nullptr};
  testing::EnvironmentGuard ca_{"PATCHBAY_CA_FILE", nullptr};
  testing::EnvironmentGuard proxy_{"PATCHBAY_PROXY", nullptr};
  testing::EnvironmentGuard log_{"PATCHBAY_LOG", nullptr};
};

TEST_F(ApplyEnvironmentTest, PutsVariablesOverTheFileAndRemembersIt) {
  Config config = load("environment = 'file'\nprovider = 'acme'\n").value();
  const testing::EnvironmentGuard env("PATCHBAY_ENV", "prod");
  const testing::EnvironmentGuard db("PATCHBAY_DB", "other.db");
  const testing::EnvironmentGuard ca("PATCHBAY_CA_FILE", "/ca.pem");
  const testing::EnvironmentGuard proxy("PATCHBAY_PROXY", "socks5h://127.0.0.1:9050");
  const testing::EnvironmentGuard log("PATCHBAY_LOG", "info");
  apply_environment(config);
  EXPECT_EQ(config.environment, "prod");
  EXPECT_EQ(config.origins.at("environment"), "PATCHBAY_ENV");
  EXPECT_EQ(config.provider, "acme");
  EXPECT_EQ(config.origins.at("provider"), "patchbay.toml");
  EXPECT_EQ(config.store_path, fs::current_path() / "other.db");
  EXPECT_EQ(config.ca_file, "/ca.pem");
  EXPECT_EQ(config.proxy_url, "socks5h://127.0.0.1:9050");
  EXPECT_EQ(config.log_level, "info");
  EXPECT_EQ(config.origins.at("log.level"), "PATCHBAY_LOG");
  EXPECT_TRUE(config.warnings.empty());
}

TEST_F(ApplyEnvironmentTest, TakesAnEmptyVariableForUnset) {
  Config config = load("environment = 'file'\n").value();
  const testing::EnvironmentGuard env("PATCHBAY_ENV", "");
  apply_environment(config);
  EXPECT_EQ(config.environment, "file");
}

TEST_F(ApplyEnvironmentTest, KeepsWhatWasThereAndWarnsWhereAValueCannotBeUsed) {
  Config config = load("log.level = 'error'\n").value();
  const testing::EnvironmentGuard log("PATCHBAY_LOG", "loud");
  apply_environment(config);
  EXPECT_EQ(config.log_level, "error");
  EXPECT_EQ(config.origins.at("log.level"), "patchbay.toml");
  EXPECT_THAT(config.warnings,
              ElementsAre("PATCHBAY_LOG is ignored: `log.level` is not one of error, warning, "
                          "info, debug"));
}

}  // namespace
}  // namespace patchbay::host
