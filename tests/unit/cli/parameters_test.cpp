#include "host/parameters.hpp"

#include <gtest/gtest.h>

namespace patchbay::host {
namespace {

AdapterManifest acme() {
  AdapterManifest manifest;
  manifest.name = "acme";
  manifest.parameter_names = {"mood"};
  manifest.setting_names = {"region"};
  return manifest;
}

TEST(ParametersTest, TakesStandardAndDeclaredOnes) {
  Request request;
  request.params = {{"seed", "1"}, {"mood", "gay"}, {"aspect_ratio", "1:1"}};
  EXPECT_TRUE(check_parameters(request, acme()).ok());
}

TEST(ParametersTest, NamesTheNearestOfAMisspeltOne) {
  Request request;
  request.params = {{"moood", "gay"}};
  const Status status = check_parameters(request, acme());
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::BadInput);
  EXPECT_EQ(status.error().message, "provider 'acme' has no parameter 'moood'");
  EXPECT_EQ(status.error().hint, "did you mean 'mood'?");
}

TEST(ParametersTest, ChecksSettingsLikewise) {
  EXPECT_TRUE(check_setting("region", acme()).ok());
  EXPECT_TRUE(check_setting("chat_model", acme()).ok());
  EXPECT_FALSE(check_setting("regoin", acme()).ok());
  EXPECT_FALSE(check_setting("mood", acme()).ok());
}

}  // namespace
}  // namespace patchbay::host
