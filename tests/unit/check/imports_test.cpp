#include "host/check/imports.hpp"

#include <gtest/gtest.h>

namespace patchbay::check {
namespace {

TEST(ImportsTest, NamesWhatReachesOutOfASession) {
  EXPECT_EQ(forbidden_purpose("socket"), "network");
  EXPECT_EQ(forbidden_purpose("openat"), "files");
  EXPECT_EQ(forbidden_purpose("getenv"), "environment");
  EXPECT_EQ(forbidden_purpose("environ"), "environment");
  EXPECT_EQ(forbidden_purpose("pthread_create"), "threads");
  EXPECT_EQ(forbidden_purpose("clock_gettime"), "the clock");
  EXPECT_EQ(forbidden_purpose("_ZNSt13basic_filebufIcSt11char_traitsIcEEC1Ev"), "files");
}

TEST(ImportsTest, LetsPassWhatEveryAdapterNeeds) {
  for (const char* const name : {"",
                                 " ",
                                 "malloc",
                                 "free",
                                 "memcpy",
                                 "snprintf",
                                 "strlen",
                                 "_Znwm",
                                 "_ZdlPvm",
                                 "__cxa_throw",
                                 "__cxa_finalize",
                                 "_ZSt9terminatev",
                                 "__stack_chk_fail",
                                 "abort",
                                 "op",
                                 "ope",
                                 "opena"})
    EXPECT_EQ(forbidden_purpose(name), "") << name;
}

}  // namespace
}  // namespace patchbay::check
