#include "core/base/result.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace patchbay {
namespace {

Error lost() {
  return Error{ErrorCode::NotFound, "the banana is lost", "look under the bench", {}};
}

Result<int> half_of(int number) {
  if (number % 2 != 0) return lost();
  return number / 2;
}

Result<int> quarter_of(int number) {
  const int half = PATCHBAY_TRY(half_of(number));
  return PATCHBAY_TRY(half_of(half));
}

Status check_even(int number, int& checks) {
  [[maybe_unused]] const int half = PATCHBAY_TRY(half_of(number));
  ++checks;
  return {};
}

Status check_both(int first, int second, int& checks) {
  PATCHBAY_TRY(check_even(first, checks));
  if (second != 0) PATCHBAY_TRY(check_even(second, checks));
  return {};
}

TEST(ResultTest, HoldsItsValue) {
  const Result<int> result = half_of(8);
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(static_cast<bool>(result));
  EXPECT_EQ(result.value(), 4);
}

TEST(ResultTest, HoldsItsError) {
  const Result<int> result = half_of(7);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::NotFound);
  EXPECT_EQ(result.error().message, "the banana is lost");
  EXPECT_EQ(result.error().hint, "look under the bench");
}

TEST(ResultTest, CarriesMoveOnlyValues) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 5);
}

TEST(ResultTest, TellsAnErrorFromAnErrorAsValue) {
  const Result<std::string> result(std::string("an error message that is a value"));
  EXPECT_TRUE(result.ok());
}

TEST(StatusTest, IsSuccessByDefaultAndConvertsFromAnError) {
  const Status success;
  EXPECT_TRUE(success.ok());
  const Status failure = lost();
  ASSERT_FALSE(failure.ok());
  EXPECT_EQ(failure.error().message, "the banana is lost");
}

TEST(TryTest, YieldsTheValueOrReturnsTheError) {
  EXPECT_EQ(quarter_of(8).value(), 2);
  EXPECT_FALSE(quarter_of(6).ok());
  EXPECT_FALSE(quarter_of(7).ok());
}

TEST(TryTest, StopsAtTheFirstFailure) {
  int checks = 0;
  EXPECT_TRUE(check_both(2, 4, checks).ok());
  EXPECT_EQ(checks, 2);
  EXPECT_FALSE(check_both(3, 4, checks).ok());
  EXPECT_EQ(checks, 2);
  EXPECT_FALSE(check_both(2, 5, checks).ok());
  EXPECT_EQ(checks, 3);
}

}  // namespace
}  // namespace patchbay
