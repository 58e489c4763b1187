#include "host/registry/provider_rules.hpp"

#include "host/registry/registry.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <string>

namespace patchbay::host {
namespace {

using ::testing::HasSubstr;

Provider example() {
  Provider provider;
  provider.name = "example";
  provider.display_name = "Example";
  provider.endpoint_url = "https://api.example.com/v1";
  provider.auth_type = "bearer";
  provider.model_name = "model-1";
  return provider;
}

std::string repeated(std::size_t count, std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

struct Limit {
  const char* what;
  std::size_t length_max;
  std::function<void(Provider&, const std::string&)> set;
  std::string_view character;  // may be of several bytes: lengths are in characters
  std::string_view beginning;
};

class LengthTest : public ::testing::TestWithParam<Limit> {};

TEST_P(LengthTest, IsTakenUpToItsLimitInCharacters) {
  const Limit& limit = GetParam();
  Provider provider = example();
  const std::string longest = std::string(limit.beginning) +
                              repeated(limit.length_max - limit.beginning.size(), limit.character);
  limit.set(provider, longest);
  EXPECT_TRUE(check_provider(provider).ok()) << check_provider(provider).error().message;
  limit.set(provider, longest + std::string(limit.character));
  const Status refused = check_provider(provider);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::BadInput);
  EXPECT_THAT(refused.error().message, HasSubstr(std::to_string(limit.length_max + 1)));
  EXPECT_THAT(refused.error().message, HasSubstr(limit.what));
  limit.set(provider, "");
  EXPECT_FALSE(check_provider(provider).ok());
}

INSTANTIATE_TEST_SUITE_P(
    ProviderRulesTest,
    LengthTest,
    ::testing::Values(
        Limit{"name", 50, [](Provider& p, const std::string& v) { p.name = v; }, "a", ""},
        Limit{"display name",
              100,
              [](Provider& p, const std::string& v) { p.display_name = v; },
              "\xF0\x9F\x8D\x8C",
              ""},
        Limit{"endpoint",
              500,
              [](Provider& p, const std::string& v) { p.endpoint_url = v; },
              "a",
              "https://api.example.com/"},
        Limit{"model name",
              100,
              [](Provider& p, const std::string& v) { p.model_name = v; },
              "\xC3\xA9",
              ""}));

TEST(ProviderRulesTest, NamesAreLowerCaseWords) {
  for (const char* good : {"a", "0", "open-router", "a_b.c-9"}) {
    Provider provider = example();
    provider.name = good;
    EXPECT_TRUE(check_provider(provider).ok()) << good;
  }
  for (const char* bad : {"A", "-a", ".a", "_a", "a b", "a/b", "\xC3\xA9", "a\n", "a'b"}) {
    Provider provider = example();
    provider.name = bad;
    EXPECT_FALSE(check_provider(provider).ok()) << bad;
  }
}

TEST(ProviderRulesTest, AuthTypesAreThree) {
  for (const char* good : {"bearer", "api_key", "oauth"}) {
    Provider provider = example();
    provider.auth_type = good;
    EXPECT_TRUE(check_provider(provider).ok()) << good;
  }
  for (const char* bad : {"", "Bearer", "basic", "bearer "}) {
    Provider provider = example();
    provider.auth_type = bad;
    EXPECT_FALSE(check_provider(provider).ok()) << bad;
  }
}

TEST(ProviderRulesTest, EndpointsArePublicAndEncryptedUnlessAPersonAllowsOthers) {
  for (const char* endpoint : {"http://127.0.0.1:8080/v1", "https://localhost/v1"}) {
    Provider provider = example();
    provider.endpoint_url = endpoint;
    EXPECT_FALSE(check_provider(provider).ok()) << endpoint;
    provider.settings["allow_private"] = "0";
    EXPECT_FALSE(check_provider(provider).ok()) << endpoint;
    provider.settings["allow_private"] = "1";
    EXPECT_TRUE(check_provider(provider).ok()) << endpoint;
  }
  for (const char* endpoint : {"ftp://a.example",
                               "a.example",
                               "https://u:p@a.example",
                               "https://a.example/?x=1",
                               "https://a.example/#x"}) {
    Provider provider = example();
    provider.settings["allow_private"] = "1";
    provider.endpoint_url = endpoint;
    EXPECT_FALSE(check_provider(provider).ok()) << endpoint;
  }
}

TEST(ProviderRulesTest, NoModelIsFine) {
  Provider provider = example();
  provider.model_name.reset();
  EXPECT_TRUE(check_provider(provider).ok());
}

TEST(ProviderRulesTest, TextHasNoControlCharactersAndIsUtf8) {
  for (const char* bad : {"a\nb", "a\x1B[31mb", "a\x7F", "\xFF\xFE"}) {
    Provider provider = example();
    provider.display_name = bad;
    EXPECT_FALSE(check_provider(provider).ok());
  }
}

TEST(SettingRulesTest, NamesAndValuesHaveLimits) {
  const std::string name(setting_name_length_max, 'n');
  const std::string value(setting_value_length_max, 'v');
  EXPECT_TRUE(check_setting(name, value).ok());
  EXPECT_FALSE(check_setting(name + "n", value).ok());
  EXPECT_FALSE(check_setting(name, value + "v").ok());
  EXPECT_FALSE(check_setting("", "v").ok());
  EXPECT_TRUE(check_setting("n", "").ok());
}

TEST(SettingRulesTest, OnesThatTheHostReadsAreChecked) {
  EXPECT_TRUE(check_setting("allow_private", "1").ok());
  EXPECT_FALSE(check_setting("allow_private", "yes").ok());
  EXPECT_TRUE(check_setting("priority", "-3").ok());
  for (const char* bad : {"", "high", "1.5", "1 ", "99999999999999999999"})
    EXPECT_FALSE(check_setting("priority", bad).ok()) << bad;
}

TEST(SettingRulesTest, OfOneProviderAreLimitedInNumber) {
  Provider provider = example();
  for (std::size_t i = 0; i < settings_count_max; ++i)
    provider.settings["s" + std::to_string(i)] = "v";
  EXPECT_TRUE(check_provider(provider).ok());
  provider.settings["one-more"] = "v";
  EXPECT_FALSE(check_provider(provider).ok());
}

TEST(KeyRulesTest, LengthsAreInCharacters) {
  EXPECT_TRUE(check_environment(repeated(50, "\xC3\xA9")).ok());
  EXPECT_FALSE(check_environment(repeated(51, "e")).ok());
  EXPECT_FALSE(check_environment("").ok());
  EXPECT_TRUE(check_user("").ok());
  EXPECT_TRUE(check_user(repeated(100, "u")).ok());
  EXPECT_FALSE(check_user(repeated(101, "u")).ok());
  EXPECT_TRUE(check_label(repeated(100, "l")).ok());
  EXPECT_FALSE(check_label(repeated(101, "l")).ok());
}

}  // namespace
}  // namespace patchbay::host
