// Identifiers and times as rows carry them.
#include "core/base/clock.hpp"
#include "core/base/id.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace patchbay {
namespace {

TEST(UuidTest, IsRandomOfVersionFour) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = new_uuid().value();
    EXPECT_TRUE(is_uuid(id)) << id;
    EXPECT_EQ(id[14], '4') << id;
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos) << id;
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST(UuidTest, IsToldFromOtherTexts) {
  EXPECT_TRUE(is_uuid("5dfbd3d1-2c4a-4698-aa2c-a1af6a107b75"));
  EXPECT_FALSE(is_uuid(""));
  EXPECT_FALSE(is_uuid("5dfbd3d1-2c4a-4698-aa2c-a1af6a107b7"));
  EXPECT_FALSE(is_uuid("5dfbd3d1-2c4a-4698-aa2c-a1af6a107b75 "));
  EXPECT_FALSE(is_uuid("5dfbd3d1x2c4a-4698-aa2c-a1af6a107b75"));
  EXPECT_FALSE(is_uuid("5dfbd3d1-2c4a-4698-aa2c-a1af6a107bzz"));
}

TEST(SqlTimestampTest, IsUtcAsSqliteWritesIt) {
  EXPECT_EQ(sql_timestamp(0), "1970-01-01 00:00:00");
  EXPECT_EQ(sql_timestamp(1'700'000'000'999), "2023-11-14 22:13:20");
  EXPECT_EQ(sql_timestamp(951'782'400'000), "2000-02-29 00:00:00");
}

TEST(SystemClockTest, TellsACurrentTimeAndNeverGoesBack) {
  const SystemClock clock;
  EXPECT_GT(clock.unix_ms(), 1'700'000'000'000);
  auto last = clock.steady();
  for (int i = 0; i < 1000; ++i) {
    const auto now = clock.steady();
    EXPECT_GE(now, last);
    last = now;
  }
}

}  // namespace
}  // namespace patchbay
