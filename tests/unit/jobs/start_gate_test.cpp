#include "host/jobs/start_gate.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <optional>
#include <vector>

namespace patchbay::host {
namespace {

using namespace std::chrono_literals;

class StartGateTest : public ::testing::Test {
 protected:
  void open(const StartGate::Limits& limits) { gate_.emplace(loop_, limits); }
  void enter(int number) {
    tickets_[number] = gate_->wait([this, number] { started_.push_back(number); });
  }

  net::EventLoop loop_;
  std::optional<StartGate> gate_;  // outlives the tickets
  std::vector<int> started_;
  std::map<int, StartGate::Ticket> tickets_;
};

TEST_F(StartGateTest, LetsInAsManyAsMayRunInTheOrderTheyCame) {
  open({.running_max = 2, .interval = 0us});
  for (int number = 0; number < 5; ++number) enter(number);
  EXPECT_TRUE(started_.empty()) << "before the loop runs";
  loop_.run();
  EXPECT_EQ(started_, (std::vector{0, 1}));
}

TEST_F(StartGateTest, APlaceGivenBackLetsTheNextOneIn) {
  open({.running_max = 1, .interval = 0us});
  for (int number = 0; number < 3; ++number) enter(number);
  const auto timer = loop_.after(0ms, [this] { tickets_.erase(0); });
  loop_.run();
  EXPECT_EQ(started_, (std::vector{0, 1}));
}

TEST_F(StartGateTest, WhoeverWithdrawsIsNotLetIn) {
  open({.running_max = 1, .interval = 0us});
  for (int number = 0; number < 3; ++number) enter(number);
  tickets_.erase(1);
  const auto timer = loop_.after(0ms, [this] { tickets_.erase(0); });
  loop_.run();
  EXPECT_EQ(started_, (std::vector{0, 2}));
}

TEST_F(StartGateTest, KeepsTheTimeBetweenTwoStarts) {
  open({.running_max = 10, .interval = 20'000us});
  const auto before = std::chrono::steady_clock::now();
  for (int number = 0; number < 4; ++number) enter(number);
  loop_.run();
  EXPECT_EQ(started_.size(), 4U);
  EXPECT_GE(std::chrono::steady_clock::now() - before, 60ms);
}

}  // namespace
}  // namespace patchbay::host
