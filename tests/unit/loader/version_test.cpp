#include "host/loader/version.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace patchbay::host {
namespace {

TEST(VersionTest, TakesWhatTheSpecificationTakes) {
  for (const std::string_view text : {"0.0.0",
                                      "1.2.3",
                                      "10.20.30",
                                      "999999999.0.0",
                                      "1.0.0-alpha",
                                      "1.0.0-alpha.1",
                                      "1.0.0-0.3.7",
                                      "1.0.0-x-y.z",
                                      "1.0.0+20130313",
                                      "1.0.0-beta+exp.sha"})
    EXPECT_TRUE(is_semantic_version(text)) << text;
}

TEST(VersionTest, RefusesWhatItDoesNot) {
  for (const std::string_view text : {"",
                                      "1",
                                      "1.2",
                                      "1.2.3.4",
                                      "01.2.3",
                                      "1.2.03",
                                      "v1.2.3",
                                      "1.2.x",
                                      "1.2.3-",
                                      "1.2.3+",
                                      "1.2.3-a..b",
                                      "1.2.3-a.",
                                      "1.2.3+a+b",
                                      "1.2.3 ",
                                      "-1.2.3",
                                      "1000000000.0.0"})
    EXPECT_FALSE(is_semantic_version(text)) << text;
}

TEST(VersionTest, OrdersByPrecedence) {
  constexpr std::array<std::string_view, 12> rising = {"0.9.9",
                                                       "1.0.0-1",
                                                       "1.0.0-alpha",
                                                       "1.0.0-alpha.1",
                                                       "1.0.0-alpha.beta",
                                                       "1.0.0-beta.2",
                                                       "1.0.0-beta.11",
                                                       "1.0.0-rc.1",
                                                       "1.0.0",
                                                       "1.0.2",
                                                       "1.0.10",
                                                       "1.10.0"};
  for (std::size_t i = 0; i < rising.size(); ++i)
    for (std::size_t j = 0; j < rising.size(); ++j)
      EXPECT_EQ(compare_versions(rising[i], rising[j]), i <=> j) << rising[i] << " " << rising[j];
}

TEST(VersionTest, CountsTheBuildForNothing) {
  EXPECT_EQ(compare_versions("1.0.0+a", "1.0.0+b"), std::weak_ordering::equivalent);
}

}  // namespace
}  // namespace patchbay::host
