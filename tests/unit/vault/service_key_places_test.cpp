#include "host/vault/vault.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

namespace patchbay::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Both variables are given back as they were.
class ServiceKeyPlacesTest : public ::testing::Test {
 protected:
  ServiceKeyPlacesTest() {
    unsetenv("PATCHBAY_VAULT_KEY_FILE");
    unsetenv("CREDENTIALS_DIRECTORY");
  }
  ~ServiceKeyPlacesTest() override {
    unsetenv("PATCHBAY_VAULT_KEY_FILE");
    unsetenv("CREDENTIALS_DIRECTORY");
  }
};

TEST_F(ServiceKeyPlacesTest, AreTheEnvironmentThenTheHome) {
  EXPECT_THAT(service_key_places({}, "/home/service.key"), ElementsAre("/home/service.key"));
  setenv("PATCHBAY_VAULT_KEY_FILE", "/etc/service.key", 1);
  setenv("CREDENTIALS_DIRECTORY", "/run/credentials", 1);
  EXPECT_THAT(
      service_key_places({}, "/home/service.key"),
      ElementsAre("/etc/service.key", "/run/credentials/patchbay.vault", "/home/service.key"));
}

TEST_F(ServiceKeyPlacesTest, AFlagIsTheOnlyPlace) {
  setenv("PATCHBAY_VAULT_KEY_FILE", "/etc/service.key", 1);
  EXPECT_THAT(service_key_places("/mine", "/home/service.key"), ElementsAre("/mine"));
}

TEST_F(ServiceKeyPlacesTest, EmptyVariablesAreNoPlaces) {
  setenv("PATCHBAY_VAULT_KEY_FILE", "", 1);
  setenv("CREDENTIALS_DIRECTORY", "", 1);
  EXPECT_THAT(service_key_places({}, {}), IsEmpty());
}

}  // namespace
}  // namespace patchbay::host
