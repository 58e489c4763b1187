#include "tests/unit/router/router_fixture.hpp"

#include <gmock/gmock.h>

namespace patchbay::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::ListedCatalog;
using ::testing::Not;
using testing::now_unix_ms;
using testing::RouterTest;

TEST_F(RouterTest, NamedProviderIsUsedAndNoOther) {
  add_key("g1", "gemini");
  add_key("o1", "openrouter");
  request_.provider = "openrouter";
  EXPECT_THAT(names(), ElementsAre("openrouter/o1"));
}

TEST_F(RouterTest, WithoutANameAllWithUsableKeysInTheRegistrysOrder) {
  add_key("o1", "openrouter");
  add_key("g1", "gemini");
  EXPECT_THAT(names(), ElementsAre("gemini/g1", "openrouter/o1"));
  std::swap(providers_[0], providers_[1]);
  EXPECT_THAT(names(), ElementsAre("openrouter/o1", "gemini/g1"));
}

TEST_F(RouterTest, DefaultProviderIsTheOnlyOneAsked) {
  add_key("g1", "gemini");
  add_key("o1", "openrouter");
  default_provider_ = "openrouter";
  EXPECT_THAT(names(), ElementsAre("openrouter/o1"));
}

TEST_F(RouterTest, DefaultProviderWithoutKeyIsAnErrorOfItsOwn) {
  add_key("g1", "gemini");
  default_provider_ = "openrouter";
  EXPECT_EQ(error().code, ErrorCode::NotConfigured);
  EXPECT_THAT(error().message, HasSubstr("Provider 'openrouter' not configured."));
}

TEST_F(RouterTest, UnknownProviderListsTheSupportedOnes) {
  request_.provider = "dalle";
  EXPECT_EQ(error().code, ErrorCode::UnknownProvider);
  EXPECT_EQ(error().message,
            "Unsupported provider 'dalle'. Supported providers: gemini, openrouter, placeholder");
}

TEST_F(RouterTest, NearMissIsHinted) {
  request_.provider = "gemni";
  EXPECT_EQ(error().hint, "did you mean 'gemini'?");
}

TEST_F(RouterTest, NotConfiguredSaysHow) {
  request_.provider = "openrouter";
  EXPECT_EQ(error().code, ErrorCode::NotConfigured);
  EXPECT_EQ(error().message,
            "Provider 'openrouter' not configured. Run 'patchbay configure --provider openrouter' "
            "to set up API key.");
}

TEST_F(RouterTest, NothingConfiguredAtAll) {
  EXPECT_EQ(error().code, ErrorCode::NotConfigured);
  EXPECT_THAT(error().message, HasSubstr("patchbay configure"));
}

TEST_F(RouterTest, RowWithoutAdapterIsUnsupported) {
  add_row("requesty");
  add_key("r1", "requesty");
  request_.provider = "requesty";
  EXPECT_EQ(error().code, ErrorCode::NoAdapter);
  EXPECT_EQ(
      error().message,
      "Unsupported provider 'requesty'. Supported providers: gemini, openrouter, placeholder");
  request_.provider.clear();
  add_key("g1", "gemini");
  EXPECT_THAT(names(), ElementsAre("gemini/g1")) << "it takes nothing else down";
}

TEST_F(RouterTest, PinnedAdapterServesARowOfAnotherName) {
  add_row("mine").settings["adapter"] = "test.openrouter";
  add_key("m1", "mine");
  request_.provider = "mine";
  const auto candidates = find();
  ASSERT_TRUE(candidates.ok());
  EXPECT_EQ(candidates.value().front().adapter.manifest().id, "test.openrouter");
}

TEST_F(RouterTest, AdapterWithoutCredentialOnlyWhenNamed) {
  add_key("g1", "gemini");
  EXPECT_THAT(names(), ElementsAre("gemini/g1"));
  request_.provider = "placeholder";
  EXPECT_THAT(names(), ElementsAre("placeholder/-"));
  request_.provider.clear();
  keys_.clear();
  EXPECT_EQ(error().code, ErrorCode::NotConfigured);
}

TEST_F(RouterTest, UntrustedPluginNeedsTrust) {
  catalog_.add("acme", Trust::NeedsTrust);
  add_row("acme");
  add_key("a1", "acme");
  request_.provider = "acme";
  EXPECT_EQ(error().code, ErrorCode::NeedsTrust);
  EXPECT_THAT(error().hint, HasSubstr("patchbay plugin trust acme"));
  request_.provider = "nothing";
  EXPECT_EQ(error().message,
            "Unsupported provider 'nothing'. Supported providers: gemini, openrouter, placeholder");
}

TEST_F(RouterTest, UntrustedPluginWithoutRowNeedsTrustToo) {
  catalog_.add("acme", Trust::NeedsTrust);
  request_.provider = "acme";
  EXPECT_EQ(error().code, ErrorCode::NeedsTrust);
}

TEST_F(RouterTest, InactiveProviderIsNeverTried) {
  add_key("g1", "gemini");
  add_key("o1", "openrouter");
  providers_[0].is_active = false;
  EXPECT_THAT(names(), ElementsAre("openrouter/o1"));
  request_.provider = "gemini";
  EXPECT_EQ(error().code, ErrorCode::Inactive);
  EXPECT_EQ(error().hint, "run: patchbay provider enable gemini");
}

TEST_F(RouterTest, InactiveProviderMakesNoCallOfAnyKind) {
  add_key("g1", "gemini");
  providers_[0].is_active = false;
  request_.provider = "gemini";
  for (const Operation operation : {Operation::Verify, Operation::Models, Operation::Chat}) {
    request_.operation = operation;
    EXPECT_EQ(error().code, ErrorCode::Inactive);
  }
}

TEST_F(RouterTest, InactiveKeyIsNeverTriedAndSaysWhy) {
  Key& key = add_key("g1", "gemini");
  key.is_active = false;
  key.inactive_reason = "API_KEY_INVALID";
  request_.provider = "gemini";
  EXPECT_EQ(error().code, ErrorCode::Inactive);
  EXPECT_THAT(error().message, HasSubstr("API_KEY_INVALID"));
  EXPECT_THAT(error().hint, HasSubstr("patchbay key enable g1"));
  add_key("g2", "gemini");
  EXPECT_THAT(names(), ElementsAre("gemini/g2"));
}

TEST_F(RouterTest, TamperedKeyIsAnErrorOnlyWhereItIsTheOnlyOne) {
  add_key("g1", "gemini").seal = SealState::Tampered;
  EXPECT_EQ(error().code, ErrorCode::Tampered);
  EXPECT_THAT(error().message, HasSubstr("g1"));
  request_.provider = "gemini";
  EXPECT_EQ(error().code, ErrorCode::Tampered);
  add_key("g2", "gemini");
  EXPECT_THAT(names(), ElementsAre("gemini/g2"));
}

TEST_F(RouterTest, UnsealedKeyAsksForApproval) {
  add_key("g1", "gemini").seal = SealState::Unsealed;
  request_.provider = "gemini";
  EXPECT_EQ(error().code, ErrorCode::Tampered);
  EXPECT_THAT(error().message, HasSubstr("not sealed"));
  EXPECT_THAT(error().hint, HasSubstr("patchbay key approve g1"));
}

TEST_F(RouterTest, OtherEnvironmentsAreNamed) {
  add_key("g1", "gemini").environment = "prod";
  add_key("g2", "gemini").environment = "dev";
  request_.provider = "gemini";
  EXPECT_EQ(error().code, ErrorCode::NotConfigured);
  EXPECT_THAT(error().hint, HasSubstr("there are keys in: dev, prod"));
  request_.environment = "prod";
  EXPECT_THAT(names(), ElementsAre("gemini/g1"));
}

TEST_F(RouterTest, AUsersKeysFirstThenNobodysNeverAnothers) {
  add_key("nobody", "gemini").priority = -5;
  add_key("ada", "gemini").user = "ada";
  add_key("bob", "gemini").user = "bob";
  EXPECT_THAT(names(), ElementsAre("gemini/nobody"));
  request_.user = "ada";
  EXPECT_THAT(names(), ElementsAre("gemini/ada", "gemini/nobody"));
  request_.user = "eve";
  EXPECT_THAT(names(), ElementsAre("gemini/nobody"));
  keys_.erase(keys_.begin());
  EXPECT_EQ(error().code, ErrorCode::NotConfigured);
}

TEST_F(RouterTest, AnotherUsersEnvironmentIsNotNamed) {
  Key& key = add_key("bob", "gemini");
  key.user = "bob";
  key.environment = "bobs-lab";
  request_.provider = "gemini";
  EXPECT_THAT(error().hint, Not(HasSubstr("bobs-lab")));
}

TEST_F(RouterTest, KeysByPriorityThenLeastRecentlyUsed) {
  add_key("yesterday", "gemini").last_used_unix_ms = now_unix_ms - 86'400'000;
  add_key("later-today", "gemini").last_used_unix_ms = now_unix_ms - 1;
  add_key("today", "gemini").last_used_unix_ms = now_unix_ms - 1'000;
  add_key("never", "gemini");
  add_key("last", "gemini").priority = 3;
  add_key("first", "gemini").priority = -1;
  EXPECT_THAT(names(),
              ElementsAre("gemini/first",
                          "gemini/never",
                          "gemini/yesterday",
                          "gemini/today",
                          "gemini/later-today",
                          "gemini/last"));
}

TEST_F(RouterTest, OperationThatTheAdapterLacks) {
  catalog_.add("painter").operations = {Operation::Image};
  add_row("painter");
  add_key("p1", "painter");
  request_.provider = "painter";
  request_.operation = Operation::Chat;
  EXPECT_EQ(error().code, ErrorCode::NoAdapter);
  EXPECT_THAT(error().message, HasSubstr("'chat'"));
  request_.provider.clear();
  add_key("g1", "gemini");
  EXPECT_THAT(names(), ElementsAre("gemini/g1"));
}

TEST_F(RouterTest, ModelOfTheRequestThenOfTheRowThenOfTheManifest) {
  add_key("g1", "gemini");
  const auto model = [this] { return find().value().front().model; };
  EXPECT_EQ(model(), "gemini-draws");
  providers_[0].model_name = "row-model";
  EXPECT_EQ(model(), "row-model");
  request_.model = "asked";
  EXPECT_EQ(model(), "asked");
  request_.model.clear();
  request_.operation = Operation::Chat;
  EXPECT_EQ(model(), "gemini-talks") << "model_name is for images";
  providers_[0].settings["chat_model"] = "chosen";
  EXPECT_EQ(model(), "chosen");
  request_.operation = Operation::Verify;
  EXPECT_EQ(model(), "");
}

TEST_F(RouterTest, MostTellingErrorWhereNoProviderWasNamed) {
  add_key("g1", "gemini").is_active = false;
  EXPECT_EQ(error().code, ErrorCode::Inactive);
  add_key("o1", "openrouter").seal = SealState::Tampered;
  EXPECT_EQ(error().code, ErrorCode::Tampered);
}

class KeyPrefixTest : public ::testing::Test {
 protected:
  KeyPrefixTest() {
    catalog_.add("gemini").key_prefixes = {"AIza", "AQ."};
    catalog_.add("openai").key_prefixes = {"sk-"};
    catalog_.add("openrouter").key_prefixes = {"sk-or-"};
  }
  ListedCatalog catalog_;
};

TEST_F(KeyPrefixTest, LongestPrefixWins) {
  EXPECT_EQ(provider_of_key(catalog_, "AIzaSy").value(), "gemini");
  EXPECT_EQ(provider_of_key(catalog_, "sk-or-v1-1").value(), "openrouter");
  EXPECT_EQ(provider_of_key(catalog_, "sk-proj-1").value(), "openai");
}

TEST_F(KeyPrefixTest, UnknownFormsAndTiesAreNotGuessed) {
  EXPECT_EQ(provider_of_key(catalog_, "xyz").error().code, ErrorCode::NotFound);
  EXPECT_EQ(provider_of_key(catalog_, "").error().code, ErrorCode::NotFound);
  catalog_.add("other").key_prefixes = {"sk-or-"};
  const auto tie = provider_of_key(catalog_, "sk-or-v1-1");
  ASSERT_FALSE(tie.ok());
  EXPECT_THAT(tie.error().message, HasSubstr("openrouter, other"));
}

TEST_F(KeyPrefixTest, ErrorsNeverShowTheKey) {
  EXPECT_THAT(provider_of_key(catalog_, "zz-secret").error().message, Not(HasSubstr("secret")));
}

TEST_F(KeyPrefixTest, PluginThatNobodyVouchedForClaimsNothing) {
  catalog_.add("evil", Trust::NeedsTrust).key_prefixes = {"sk-or-v1-"};
  EXPECT_EQ(provider_of_key(catalog_, "sk-or-v1-1").value(), "openrouter");
}

}  // namespace
}  // namespace patchbay::host
