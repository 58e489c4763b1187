#include "core/base/error.hpp"

#include "core/base/text.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace patchbay {
namespace {

TEST(ErrorTableTest, DescribesEveryCodeInItsOwnRow) {
  std::size_t index = 0;
  for (const ErrorDescription& row : error_descriptions()) {
    EXPECT_EQ(static_cast<std::size_t>(row.code), index++);
    EXPECT_EQ(describe(row.code).name, row.name);
  }
  EXPECT_GE(index, 30U);
}

TEST(ErrorTableTest, HasUniqueNamesInLowerCase) {
  std::set<std::string> names;
  for (const ErrorDescription& row : error_descriptions()) {
    EXPECT_TRUE(names.emplace(row.name).second) << row.name;
    EXPECT_EQ(lower_case(row.name), row.name);
    EXPECT_EQ(row.name.find(' '), std::string_view::npos) << row.name;
  }
}

TEST(ErrorTableTest, SaysForEachCodeWhatItMeansAndWhatToDo) {
  for (const ErrorDescription& row : error_descriptions()) {
    EXPECT_FALSE(row.meaning.empty()) << row.name;
    EXPECT_FALSE(row.advice.empty()) << row.name;
  }
}

TEST(ErrorTableTest, UsesTheDocumentedExitCodesOnly) {
  const std::set<int> documented{1, 2, 3, 4, 5, 6, 7, 8, 9, 130};
  for (const ErrorDescription& row : error_descriptions())
    EXPECT_TRUE(documented.contains(row.exit_code)) << row.name << " " << row.exit_code;
}

TEST(ErrorTableTest, ExitsAsTheCommandLinePromises) {
  EXPECT_EQ(describe(ErrorCode::Usage).exit_code, 2);
  EXPECT_EQ(describe(ErrorCode::UnknownProvider).exit_code, 2);
  EXPECT_EQ(describe(ErrorCode::NotConfigured).exit_code, 3);
  EXPECT_EQ(describe(ErrorCode::AuthInvalid).exit_code, 4);
  EXPECT_EQ(describe(ErrorCode::Blocked).exit_code, 5);
  EXPECT_EQ(describe(ErrorCode::Quota).exit_code, 6);
  EXPECT_EQ(describe(ErrorCode::Network).exit_code, 7);
  EXPECT_EQ(describe(ErrorCode::Store).exit_code, 8);
  EXPECT_EQ(describe(ErrorCode::Plugin).exit_code, 9);
  EXPECT_EQ(describe(ErrorCode::Cancelled).exit_code, 130);
}

TEST(ErrorTableTest, CallsOnlyPassingTroubleRetryable) {
  EXPECT_EQ(describe(ErrorCode::Rate).retry, Retry::Later);
  EXPECT_EQ(describe(ErrorCode::Network).retry, Retry::Later);
  EXPECT_EQ(describe(ErrorCode::AuthInvalid).retry, Retry::No);
  EXPECT_EQ(describe(ErrorCode::Usage).retry, Retry::No);
}

TEST(ErrorTableTest, TreatsAnUnknownNumberAsInternal) {
  EXPECT_EQ(describe(static_cast<ErrorCode>(250)).name, "internal");
}

}  // namespace
}  // namespace patchbay
