#include "core/base/log.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace patchbay {
namespace {

class LogTest : public testing::Test {
 protected:
  Log log(LogLevel threshold) {
    return {redactor_, threshold, [this](LogLevel level, std::string_view line) {
              lines_.emplace_back(level, line);
            }};
  }

  Redactor redactor_;
  std::vector<std::pair<LogLevel, std::string>> lines_;
};

TEST_F(LogTest, PassesWhatIsAtLeastAsGraveAsItsThreshold) {
  const Log warnings = log(LogLevel::Warning);
  warnings.error("one");
  warnings.warning("two");
  warnings.info("three");
  warnings.debug("four");
  ASSERT_EQ(lines_.size(), 2U);
  EXPECT_EQ(lines_[0], std::pair(LogLevel::Error, std::string("one")));
  EXPECT_EQ(lines_[1], std::pair(LogLevel::Warning, std::string("two")));
}

TEST_F(LogTest, HidesSecrets) {
  const auto registration =
      redactor_.add(SecretBytes::copy_of(std::string_view("banana-1")).value()).value();
  log(LogLevel::Debug).debug("sent banana-1 upstream");
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_EQ(lines_[0].second, "sent [redacted] upstream");
}

TEST_F(LogTest, HidesSecretsThatContainControlCharacters) {
  const auto registration =
      redactor_.add(SecretBytes::copy_of(std::string_view("banana\n1")).value()).value();
  log(LogLevel::Debug).debug("sent banana\n1 upstream");
  EXPECT_EQ(lines_[0].second, "sent [redacted] upstream");
}

TEST_F(LogTest, WritesOneLineWhateverTheMessage) {
  log(LogLevel::Info).info("forged\nerror: nothing\x1B[2J");
  EXPECT_EQ(lines_[0].second, "forged error: nothing [2J");
}

TEST_F(LogTest, ToleratesAMissingSink) {
  const Log silent(redactor_, LogLevel::Debug, nullptr);
  silent.error("nobody hears this");
  EXPECT_TRUE(lines_.empty());
}

TEST_F(LogTest, NamesItsLevels) {
  EXPECT_EQ(to_string(LogLevel::Error), "error");
  EXPECT_EQ(to_string(LogLevel::Debug), "debug");
}

}  // namespace
}  // namespace patchbay
