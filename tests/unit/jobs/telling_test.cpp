#include "host/jobs/telling.hpp"

#include <gtest/gtest.h>

namespace patchbay::host {
namespace {

Error error(ErrorCode code, const char* message = "") {
  return Error{code, message};
}

TEST(TellingTest, WhatMustBeMendedFirstIsToldFirst) {
  EXPECT_EQ(most_telling({error(ErrorCode::Upstream), error(ErrorCode::AuthInvalid)}).code,
            ErrorCode::AuthInvalid);
  EXPECT_EQ(most_telling({error(ErrorCode::Blocked), error(ErrorCode::Quota)}).code,
            ErrorCode::Quota);
  EXPECT_EQ(most_telling({error(ErrorCode::AuthInvalid), error(ErrorCode::Cancelled)}).code,
            ErrorCode::Cancelled);
}

TEST(TellingTest, OfTheSameKindTheFirstIsTold) {
  EXPECT_EQ(
      most_telling({error(ErrorCode::Network, "one"), error(ErrorCode::Timeout, "two")}).message,
      "one");
}

TEST(TellingTest, EveryExitCodeHasAPlaceInTheOrder) {
  for (const ErrorDescription& description : error_descriptions()) {
    const Error told = most_telling({error(ErrorCode::Internal), error(description.code)});
    EXPECT_TRUE(told.code == description.code || description.exit_code == 1) << description.name;
  }
}

TEST(TellingTest, ContentAndMishapsBefallOneRequestAlone) {
  EXPECT_FALSE(befalls_all(ErrorCode::Blocked));
  EXPECT_FALSE(befalls_all(ErrorCode::Network));
  EXPECT_TRUE(befalls_all(ErrorCode::AuthInvalid));
  EXPECT_TRUE(befalls_all(ErrorCode::Quota));
  EXPECT_TRUE(befalls_all(ErrorCode::Output));
}

}  // namespace
}  // namespace patchbay::host
