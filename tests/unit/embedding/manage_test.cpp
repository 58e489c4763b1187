#include "tests/unit/embedding/embedded_home.hpp"
#include <patchbay/manage.h>

#include <gmock/gmock.h>

namespace patchbay::testing {
namespace {

struct ManagerDeleter {
  void operator()(patchbay_manager* manager) const { patchbay_manager_close(manager); }
};
using OwnedManager = std::unique_ptr<patchbay_manager, ManagerDeleter>;

OwnedManager manager_of(const OpenedHost& host) {
  patchbay_manager* manager = nullptr;
  must(patchbay_manager_open(host.get(), nullptr, &manager));
  return OwnedManager(manager);
}

std::string state_of_key(patchbay_host_handle* host, const char* provider) {
  patchbay_keys* keys = nullptr;
  must(patchbay_keys_list(host, provider, &keys));
  const std::string state = keys->count == 0 ? "none" : keys->items[keys->count - 1]->state;
  patchbay_keys_free(keys);
  return state;
}

std::string code_of_asking(patchbay_host_handle* host, const char* provider) {
  const auto options = image_of(provider);
  patchbay_run* run = nullptr;
  const std::string code = name_of(patchbay_host_ask(host, &options, &run));
  patchbay_run_release(run);
  return code;
}

class ManageTest : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  ManageTest() : options_(home_.options()) { options_.threading = GetParam(); }

  patchbay_key_options key_options(const std::string& credential) const {
    auto options = PATCHBAY_INIT(patchbay_key_options);
    options.provider = "gemini";
    options.label = "mine";
    options.credential = credential.data();
    options.credential_size = credential.size();
    return options;
  }

  EmbeddedHome home_;
  patchbay_host_options options_;
};

TEST_P(ManageTest, BuildsAHomeFromNothing) {
  const std::string fresh = (home_ / "fresh").string();
  options_.home = fresh.c_str();
  must(patchbay_home_initialise(&options_));
  EXPECT_EQ(name_of(patchbay_home_initialise(&options_)), "already_exists");
  const OpenedHost host(options_);
  EXPECT_EQ(code_of_asking(host.get(), "gemini"), "not_configured");
  const OwnedManager manager = manager_of(host);
  auto provider = PATCHBAY_INIT(patchbay_provider_options);
  provider.name = "gemini";
  const std::string endpoint = home_.endpoint();
  provider.endpoint_url = endpoint.c_str();
  provider.allow_private = PATCHBAY_PRIVATE_ALLOWED;
  must(patchbay_provider_set(manager.get(), &provider));
  patchbay_key_id id{};
  const auto key = key_options(home_.key());
  must(patchbay_key_add(manager.get(), &key, &id));
  EXPECT_EQ(std::string_view(id.text).size(), 36U);
  EXPECT_EQ(code_of_asking(host.get(), "gemini"), "");
}

TEST_P(ManageTest, RefusesAKeyThatTheProviderRefuses) {
  const OpenedHost host(options_);
  const OwnedManager manager = manager_of(host);
  auto key = key_options(home_.bad_key());
  EXPECT_EQ(name_of(patchbay_key_add(manager.get(), &key, nullptr)), "auth_invalid");
  key.flags = PATCHBAY_KEY_UNCHECKED;
  must(patchbay_key_add(manager.get(), &key, nullptr));
  key.credential_size = 0;
  EXPECT_EQ(name_of(patchbay_key_add(manager.get(), &key, nullptr)), "usage");
}

TEST_P(ManageTest, SwitchesKeysAndProviders) {
  const OpenedHost host(options_);
  must(patchbay_host_unlock(host.get()));
  const OwnedManager manager = manager_of(host);
  patchbay_keys* keys = nullptr;
  must(patchbay_keys_list(host.get(), "gemini", &keys));
  const std::string id = keys->items[0]->id;
  const std::string fingerprint = keys->items[0]->fingerprint;
  patchbay_keys_free(keys);

  must(patchbay_key_disable(manager.get(), fingerprint.c_str()));
  EXPECT_EQ(state_of_key(host.get(), "gemini"), "inactive");
  EXPECT_NE(code_of_asking(host.get(), "gemini"), "");
  must(patchbay_key_enable(manager.get(), id.c_str()));
  EXPECT_EQ(code_of_asking(host.get(), "gemini"), "");

  must(patchbay_provider_disable(manager.get(), "gemini"));
  EXPECT_EQ(code_of_asking(host.get(), "gemini"), "inactive");
  must(patchbay_provider_enable(manager.get(), "gemini"));
  EXPECT_NE(name_of(patchbay_provider_remove(manager.get(), "gemini")), "");
  must(patchbay_key_remove(manager.get(), id.c_str()));
  EXPECT_EQ(state_of_key(host.get(), "gemini"), "none");
  EXPECT_EQ(name_of(patchbay_key_enable(manager.get(), id.c_str())), "not_found");
  must(patchbay_provider_remove(manager.get(), "gemini"));
}

TEST_P(ManageTest, SealsKeysAnewForWhatWasSaidAlone) {
  const OpenedHost host(options_);
  const OwnedManager manager = manager_of(host);
  auto provider = PATCHBAY_INIT(patchbay_provider_options);
  provider.name = "gemini";
  const std::string endpoint = home_.endpoint() + "/";
  provider.endpoint_url = endpoint.c_str();
  // Another endpoint takes the leave for http and private addresses away until it is said again.
  EXPECT_EQ(name_of(patchbay_provider_set(manager.get(), &provider)), "bad_input");
  provider.allow_private = PATCHBAY_PRIVATE_ALLOWED;
  must(patchbay_provider_set(manager.get(), &provider));
  EXPECT_EQ(code_of_asking(host.get(), "gemini"), "");
  provider = PATCHBAY_INIT(patchbay_provider_options);
  provider.name = "gemini";
  const patchbay_run_pair unknown{"no_such_setting", "1"};
  provider.settings = &unknown;
  provider.setting_count = 1;
  EXPECT_EQ(name_of(patchbay_provider_set(manager.get(), &provider)), "bad_input");
}

TEST_P(ManageTest, NeedsTheOwnersKey) {
  const std::filesystem::path file = home_.folder() / "owner.key";
  const std::string moved = (home_ / "elsewhere.key").string();
  std::filesystem::rename(file, moved);
  const OpenedHost host(options_);
  patchbay_manager* manager = nullptr;
  EXPECT_EQ(name_of(patchbay_manager_open(host.get(), nullptr, &manager)), "not_allowed");
  EXPECT_EQ(manager, nullptr);
  auto options = PATCHBAY_INIT(patchbay_manager_options);
  options.owner_key_file = moved.c_str();
  must(patchbay_manager_open(host.get(), &options, &manager));
  const OwnedManager owned(manager);
  must(patchbay_provider_disable(manager, "gemini"));
}

INSTANTIATE_TEST_SUITE_P(Threading,
                         ManageTest,
                         ::testing::Values(PATCHBAY_HOST_OWN_THREAD, PATCHBAY_HOST_YOUR_LOOP));

}  // namespace
}  // namespace patchbay::testing
