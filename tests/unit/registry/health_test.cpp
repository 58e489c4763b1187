// Cool-downs of keys and pauses of providers: how they begin, and how they end.
#include "host/recorder/recorder.hpp"
#include "tests/unit/registry/registry_home.hpp"

#include <gmock/gmock.h>

namespace patchbay::host {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::must;
using testing::number;
using testing::RegistryHome;
using News = Registry::ProviderNews;

struct HealthHome : RegistryHome {
  std::string id = add_key().id;
  Recorder recorder{database, clock};

  void cool_down(std::chrono::milliseconds time, std::string model = "", std::string why = "rate") {
    must(registry.cool_key_down(
        id, CoolDown{std::move(model), clock.unix_ms() + time.count(), std::move(why)}, "CODE"));
  }
  [[nodiscard]] std::vector<CoolDown> cool_downs() { return key(id).cool_downs; }
  void succeed(std::string model, std::int64_t started_unix_ms) {
    Attempt attempt;
    attempt.provider = "alpha";
    attempt.key_id = id;
    attempt.model = std::move(model);
    attempt.started_unix_ms = started_unix_ms;
    must(recorder.record(std::move(attempt)));
    must(recorder.flush());
  }

  const std::string provider_id = provider().id;
  void fail(int count, News news = News::UpstreamFailed) {
    for (int i = 0; i < count; ++i)
      must(registry.note_provider(provider_id, news, "upstream: 503"));
  }
  Gate gate() { return must(registry.admit(provider_id)).gate; }
  std::optional<CoolDown> pause() {
    for (const Provider& row : must(registry.providers()))
      if (row.id == provider_id) return row.pause;
    return std::nullopt;
  }
};

TEST(CoolDownTest, IsKeptInTheDatabaseAndEndsByItself) {
  HealthHome home;
  home.cool_down(90s, "model-1", "quota");
  home.reopen_database();
  EXPECT_THAT(home.cool_downs(),
              ElementsAre(CoolDown{"model-1", testing::start_unix_ms + 90'000, "quota"}));
  home.clock.advance(90s);
  EXPECT_THAT(home.cool_downs(), IsEmpty());
  EXPECT_TRUE(home.key(home.id).is_active);
}

TEST(CoolDownTest, NeverEndsBeforeItsTime) {
  HealthHome home;
  home.clock.advance(1ms);
  home.cool_down(1500ms);
  home.clock.advance(1499ms);
  EXPECT_EQ(home.cool_downs().size(), 1U);
}

TEST(CoolDownTest, AShorterOneDoesNotCutALongerOne) {
  HealthHome home;
  home.cool_down(1h);
  home.cool_down(30s);
  EXPECT_THAT(home.cool_downs(),
              ElementsAre(CoolDown{"", testing::start_unix_ms + 3'600'000, "rate"}));
}

TEST(CoolDownTest, OfOneKeyLeavesTheOthers) {
  HealthHome home;
  const std::string other = home.add_key().id;
  home.cool_down(1h);
  EXPECT_THAT(home.key(other).cool_downs, IsEmpty());
}

TEST(CoolDownTest, IsEndedByASuccessOfItsModelThatBeganLater) {
  HealthHome home;
  home.cool_down(1h, "model-1");
  home.cool_down(1h, "model-2");
  home.cool_down(1h, "", "quota");
  home.succeed("model-1", home.clock.unix_ms() - 1'000);
  EXPECT_EQ(home.cool_downs().size(), 3U) << "it was on its way before";
  home.succeed("model-1", home.clock.unix_ms() + 1'000);
  EXPECT_THAT(home.cool_downs(),
              ElementsAre(CoolDown{"model-2", testing::start_unix_ms + 3'600'000, "rate"}));
}

TEST(CoolDownTest, ACheckOfTheKeyProvesNoCredit) {
  HealthHome home;
  home.cool_down(1h, "", "quota");
  home.succeed("", home.clock.unix_ms() + 1'000);
  EXPECT_EQ(home.cool_downs().size(), 1U);
}

TEST(CoolDownTest, IsEndedByTheOwner) {
  HealthHome home;
  home.cool_down(1h);
  must(home.registry.seal_key(home.catalog, home.id, home.owner));
  EXPECT_THAT(home.cool_downs(), IsEmpty());
}

TEST(PauseTest, BeginsAtTheEighthFailureInARow) {
  HealthHome home;
  home.fail(7);
  EXPECT_EQ(home.gate(), Gate::Open);
  EXPECT_EQ(home.pause(), std::nullopt);
  home.fail(1);
  EXPECT_EQ(home.gate(), Gate::Paused);
  EXPECT_EQ(home.pause(), (CoolDown{"", testing::start_unix_ms + 4'000, "upstream: 503"}));
  const Admission refused = must(home.registry.admit(home.provider_id));
  EXPECT_EQ(refused.pause, *home.pause());
  EXPECT_EQ(must(home.registry.admit(home.provider("beta").id)).gate, Gate::Open);
}

TEST(PauseTest, AnAnswerStartsTheCountAgain) {
  HealthHome home;
  home.fail(7);
  must(home.registry.note_provider(home.provider_id, News::Answered, ""));
  home.fail(7);
  EXPECT_EQ(home.gate(), Gate::Open);
}

TEST(PauseTest, OldFailuresAreForgotten) {
  HealthHome home;
  home.fail(7);
  home.clock.advance(62s);
  home.fail(7);
  EXPECT_EQ(home.gate(), Gate::Open);
}

TEST(PauseTest, WhenItIsOverOneRequestIsLetThroughToSee) {
  HealthHome home;
  home.fail(8);
  home.clock.advance(4s);
  home.reopen_database();
  EXPECT_EQ(home.gate(), Gate::Probe);
  EXPECT_EQ(home.gate(), Gate::Probed);
  must(home.registry.note_provider(home.provider_id, News::Answered, ""));
  EXPECT_EQ(home.gate(), Gate::Open);
  EXPECT_EQ(number(home.database, "SELECT count(*) FROM patchbay_provider_health"), 0);
}

TEST(PauseTest, DoublesWithEachRequestThatSawNothingBetterUpToItsEnd) {
  HealthHome home;
  home.fail(8);
  for (const std::chrono::seconds expected : {8s, 16s, 32s, 60s, 60s}) {
    home.clock.advance(
        std::chrono::milliseconds(home.pause()->until_unix_ms - home.clock.unix_ms()));
    EXPECT_EQ(home.gate(), Gate::Probe);
    home.fail(1);
    EXPECT_EQ(home.pause()->until_unix_ms - home.clock.unix_ms(), expected / 1ms);
  }
}

TEST(PauseTest, WhoSeesNothingLetsAnotherSee) {
  HealthHome home;
  home.fail(8);
  home.clock.advance(4s);
  EXPECT_EQ(home.gate(), Gate::Probe);
  must(home.registry.note_provider(home.provider_id, News::Nothing, ""));
  EXPECT_EQ(home.gate(), Gate::Probe);
}

TEST(PauseTest, WhoDiedWhileSeeingDoesNotBlockForEver) {
  HealthHome home;
  home.fail(8);
  home.clock.advance(4s);
  EXPECT_EQ(home.gate(), Gate::Probe);
  home.clock.advance(60s);
  EXPECT_EQ(home.gate(), Gate::Probe);
}

TEST(PauseTest, AnAdapterThatBreaksItsContractIsLeftAloneForLonger) {
  HealthHome home;
  home.fail(4, News::PluginFailed);
  EXPECT_EQ(home.gate(), Gate::Open);
  home.fail(1, News::PluginFailed);
  EXPECT_EQ(home.gate(), Gate::Paused);
  home.clock.advance(599s);
  EXPECT_EQ(home.gate(), Gate::Paused);
  home.clock.advance(1s);
  EXPECT_EQ(home.gate(), Gate::Probe);
}

TEST(PauseTest, NobodySeesWhileAnyCauseHoldsTheProviderUp) {
  HealthHome home;
  home.fail(5, News::PluginFailed);
  home.fail(8);
  home.clock.advance(4s);
  EXPECT_EQ(home.gate(), Gate::Paused) << "the adapter's pause is longer";
  constexpr const char* seeing =
      "SELECT count(*) FROM patchbay_provider_health WHERE probe_until IS NOT NULL";
  EXPECT_EQ(number(home.database, seeing), 0);
  home.clock.advance(596s);
  EXPECT_EQ(home.gate(), Gate::Probe);
  EXPECT_EQ(home.gate(), Gate::Probed);
}

TEST(PauseTest, EndsWhenAPersonChangesTheProvider) {
  HealthHome home;
  home.fail(8);
  Provider row = home.provider();
  row.endpoint_url = "https://other.example/v1";
  must(home.registry.update_provider(row));
  EXPECT_EQ(home.gate(), Gate::Open);
}

TEST(ProofTest, AKeyThatWorkedElsewhereIsNotInDoubtBeforeOneWorkedHere) {
  HealthHome home;
  const Key other = home.add_key("other");
  Provider here = home.provider();
  const Key key = home.key(home.id);
  EXPECT_EQ(must(home.registry.proven_elsewhere(key, here)), std::nullopt);
  must(home.registry.note_proof(key, here));
  EXPECT_EQ(must(home.registry.proven_elsewhere(key, here)), std::nullopt);
  const std::string before = here.endpoint_url;
  here.endpoint_url = "https://wrong.example/v1";
  EXPECT_EQ(must(home.registry.proven_elsewhere(key, here)), before);
  EXPECT_EQ(must(home.registry.proven_elsewhere(other, here)), std::nullopt) << "it never worked";
  must(home.registry.note_proof(other, here));
  EXPECT_EQ(must(home.registry.proven_elsewhere(key, here)), std::nullopt);
}

}  // namespace
}  // namespace patchbay::host
