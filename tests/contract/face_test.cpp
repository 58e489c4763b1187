// The SDK's coroutines in the shapes that its README tells authors to write.
#include "tests/contract/session_player.hpp"
#include <patchbay/plugin.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::contract {
namespace {

using patchbay::Async;
using patchbay::Io;
using patchbay::Request;

Async<std::string> echo(std::string text) {
  co_return text;
}
Async<int> doubled(int value) {
  co_return value * 2;
}
Async<void> nothing() {
  co_return;
}
Async<int> throws(std::string why) {
  throw std::runtime_error(why);
  co_return 0;
}
Async<int> deep(int depth) {
  if (depth == 0) co_return 0;
  co_return 1 + co_await deep(depth - 1);
}
Async<std::optional<int>> counted_down(int& from) {
  if (from == 0) co_return std::optional<int>();
  co_return std::optional<int>(from--);
}

// Runs an adapter whose whole session is Shape::run, without any exchange.
template <class Shape>
class Made final : public patchbay::Adapter {
  Task run(const Request& request, Io& io) override { return Shape::run(request, io); }
};
Transcript run(const patchbay_module& module) {
  return play(module, Question{}, {});
}
std::string result(const Transcript& seen) {
  return seen.meta.empty() ? seen.text() : seen.meta.back().second;
}

struct GoodShapes {
  static patchbay::Task run(const Request&, Io& io) {
    std::string log = co_await echo(std::string(100, 'x'));
    log = log.substr(0, 1) + co_await echo("y") + co_await echo(co_await echo("z"));
    int from = 3;
    while (auto next = co_await counted_down(from)) log += std::to_string(*next);
    if (co_await doubled(2) == 4 && co_await doubled(3) == 6) log += "&";
    for (const char c : co_await echo("abc")) log += c;
    auto step = echo(std::string(50, 'q'));
    log += std::to_string((co_await std::move(step)).size());
    co_await nothing();
    io.meta("log", log);
    co_return done();
  }
};
TEST(FaceTest, RunsTheGoodShapes) {
  EXPECT_EQ(result(run(patchbay::module_of<Made<GoodShapes>>())), "xyz321&abc50");
}

struct ManyChildren {
  static patchbay::Task run(const Request&, Io& io) {
    int sum = 0;
    for (int i = 0; i < 1'000'000; ++i) sum += co_await doubled(1);
    io.meta("sum", std::to_string(sum));
    co_return done();
  }
};
TEST(FaceTest, AMillionChildrenCostNoStack) {
  EXPECT_EQ(result(run(patchbay::module_of<Made<ManyChildren>>())), "2000000");
}

struct DeepChildren {
  static patchbay::Task run(const Request&, Io& io) {
    io.meta("depth", std::to_string(co_await deep(10'000)));
    co_return done();
  }
};
TEST(FaceTest, ChildrenOfChildrenCostNoStackWhileTheyRun) {
  EXPECT_EQ(result(run(patchbay::module_of<Made<DeepChildren>>())), "10000");
}

struct Catches {
  static patchbay::Task run(const Request&, Io& io) {
    std::string caught;
    try {
      (void)co_await throws("first");
    } catch (const std::runtime_error& error) {
      caught = error.what();
    }
    io.meta("caught", caught);
    (void)co_await throws("second, and this one is not caught");
    co_return done();
  }
};
TEST(FaceTest, ExceptionsPassThroughAndEndTheSession) {
  const Transcript seen = run(patchbay::module_of<Made<Catches>>());
  EXPECT_EQ(result(seen), "first");
  EXPECT_EQ(category_name(seen.failure.category), std::string("plugin"));
  EXPECT_EQ(seen.failure.message, "second, and this one is not caught");
}

struct ThrowsAnything {
  static patchbay::Task run(const Request&, Io&) {
    throw 5;  // NOLINT(*-exception-baseclass): any author may
    co_return done();
  }
};
TEST(FaceTest, EvenWhatIsNoExceptionEndsTheSession) {
  EXPECT_EQ(category_name(run(patchbay::module_of<Made<ThrowsAnything>>()).failure.category),
            std::string("plugin"));
}

struct ManyActions {
  static patchbay::Task run(const Request&, Io& io) {
    for (int i = 0; i < 10'000; ++i) {
      io.text(std::string(100, 'a'));
      co_await io.drained();
    }
    co_return done();
  }
};
TEST(FaceTest, HandsOverBeforeTheQueueGrowsLong) {
  const Transcript seen = run(patchbay::module_of<Made<ManyActions>>());
  EXPECT_EQ(seen.parts.size(), 10'000U);
  EXPECT_EQ(seen.parts.at(9'999).data, std::string(100, 'a'));
}

struct Temporaries {
  static patchbay::Task run(const Request&, Io& io) {
    patchbay::PartWriter part(io, patchbay::into_text);
    for (int i = 0; i < 3; ++i) part.write(std::string(40, static_cast<char>('a' + i)));
    part.close();
    patchbay_model model{};
    const std::string id = "model-" + std::string(30, 'm');
    model.id = patchbay::to_str(id);
    io.model(model);
    io.meta(std::string("ke") + "y", std::string(60, 'v'));
    co_return done();
  }
};
TEST(FaceTest, CopiesWhatWouldNotLiveLongEnough) {
  const Transcript seen = run(patchbay::module_of<Made<Temporaries>>());
  EXPECT_EQ(seen.parts.at(0).data,
            std::string(40, 'a') + std::string(40, 'b') + std::string(40, 'c'));
  EXPECT_EQ(seen.models.at(0).id, "model-" + std::string(30, 'm'));
  EXPECT_EQ(seen.meta.at(0), std::make_pair(std::string("key"), std::string(60, 'v')));
}

TEST(RetryAfterTest, ReadsBothForms) {
  constexpr std::uint64_t now = 784'111'777'000U;  // Sun, 06 Nov 1994 08:49:37 GMT
  EXPECT_EQ(retry_after_ms("120", now), 120'000U);
  EXPECT_EQ(retry_after_ms("0", now), 0U);
  EXPECT_EQ(retry_after_ms("Sun, 06 Nov 1994 08:49:37 GMT", now - 5'000), 5'000U);
  EXPECT_EQ(retry_after_ms("Sun, 06 Nov 1994 08:49:37 GMT", now), 0U);
  EXPECT_EQ(http_date_unix_s("Thu, 01 Jan 1970 00:00:00 GMT"), 0U);
  EXPECT_EQ(http_date_unix_s("Thu, 29 Feb 2024 12:00:00 GMT"), 1'709'208'000U);
  for (const char* nonsense : {"",
                               "soon",
                               "-5",
                               "1.5",
                               "Sun, 06 Nov 1994 08:49:37 CET",
                               "Sun, 06 Nox 1994 08:49:37 GMT",
                               "Sunday, 06-Nov-94 08:49:37 GMT"})
    EXPECT_EQ(retry_after_ms(nonsense, now - 5'000), 0U) << nonsense;
  EXPECT_EQ(retry_after_ms("99999999999999999999", now), 0U);
  EXPECT_EQ(retry_after_ms("9999999999999", now), retry_after_ms_max);
}

static_assert(count_described_adapters(R"({"a": "}]\"{"})") == 1);
static_assert(count_described_adapters(R"( [{"a": [{}]}, {}] )") == 2);
static_assert(count_described_adapters("[]") == 0);
static_assert(count_described_adapters("{") == 0);
static_assert(count_described_adapters("") == 0);

}  // namespace
}  // namespace patchbay::contract
