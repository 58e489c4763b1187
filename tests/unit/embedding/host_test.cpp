#include "tests/unit/embedding/embedded_home.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <fstream>
#include <mutex>
#include <unistd.h>

namespace patchbay::testing {
namespace {

using ::testing::HasSubstr;

patchbay_host_status status_of(patchbay_host_handle* host) {
  auto status = PATCHBAY_INIT(patchbay_host_status);
  must(patchbay_host_read_status(host, &status));
  return status;
}

std::string code_of_opening(const patchbay_host_options& options) {
  patchbay_host_handle* host = nullptr;
  const std::string code = name_of(patchbay_host_open(&options, &host));
  EXPECT_EQ(host == nullptr, !code.empty());
  if (host != nullptr) must(patchbay_host_close(host));
  return code;
}

TEST(EmbeddedHostTest, OpensAnEmptyFolderWithoutAVault) {
  const TempDir folder;
  const std::string home = folder.path().string();
  auto options = PATCHBAY_INIT(patchbay_host_options);
  options.home = home.c_str();
  const OpenedHost host(options);
  EXPECT_EQ(status_of(host.get()).is_initialised, 0U);
  EXPECT_EQ(name_of(patchbay_host_unlock(host.get())), "not_configured");
}

TEST(EmbeddedHostTest, TellsHowItStands) {
  const EmbeddedHome home;
  const OpenedHost host(home.options());
  EXPECT_EQ(status_of(host.get()).is_initialised, 1U);
  EXPECT_EQ(status_of(host.get()).is_unlocked, 0U);
  must(patchbay_host_unlock(host.get()));
  EXPECT_EQ(status_of(host.get()).is_unlocked, 1U);
  EXPECT_GE(status_of(host.get()).plugin_count, 2U);
  const auto options = image_of("placeholder");
  patchbay_run* run = nullptr;
  must(patchbay_host_ask(host.get(), &options, &run));
  patchbay_run_release(run);
  EXPECT_EQ(status_of(host.get()).finished_count, 1U);
  EXPECT_EQ(status_of(host.get()).running_count, 0U);
}

TEST(EmbeddedHostTest, ListsProvidersAndPlugins) {
  const EmbeddedHome home;
  const OpenedHost host(home.options());
  patchbay_providers* providers = nullptr;
  must(patchbay_providers_list(host.get(), &providers));
  std::vector<std::string> names;
  for (std::uint64_t i = 0; i < providers->count; ++i) {
    names.emplace_back(providers->items[i]->name);
    EXPECT_STREQ(providers->items[i]->state, "active");
    EXPECT_STRNE(providers->items[i]->adapter, "");
  }
  patchbay_providers_free(providers);
  EXPECT_THAT(names, ::testing::Contains("gemini"));

  patchbay_plugins* plugins = nullptr;
  must(patchbay_plugins_list(host.get(), &plugins));
  ASSERT_GE(plugins->count, 2U);
  EXPECT_EQ(plugins->items[0]->is_used, 1U);
  EXPECT_THAT(plugins->items[0]->path, HasSubstr(".so"));
  patchbay_plugins_free(plugins);

  patchbay_keys* keys = nullptr;
  EXPECT_EQ(name_of(patchbay_keys_list(host.get(), "nobody", &keys)), "unknown_provider");
  EXPECT_EQ(keys, nullptr);
  patchbay_keys_free(keys);
}

TEST(EmbeddedHostTest, UnlocksByTheKeyFileThatItIsTold) {
  const EmbeddedHome home;
  const std::filesystem::path file = home.folder() / "service.key";
  const std::string moved = (home / "elsewhere.key").string();
  std::filesystem::rename(file, moved);
  auto options = home.options();
  {
    const OpenedHost host(options);
    EXPECT_EQ(name_of(patchbay_host_unlock(host.get())), "locked");
  }
  options.service_key_file = moved.c_str();
  const OpenedHost host(options);
  must(patchbay_host_unlock(host.get()));
}

TEST(EmbeddedHostTest, SeveralMayBeOpenAtOnce) {
  const EmbeddedHome one;
  const EmbeddedHome two;
  const OpenedHost first(one.options());
  const OpenedHost second(two.options());
  const OpenedHost again(one.options());
  for (const OpenedHost* host : {&first, &second, &again}) {
    const auto options = image_of("gemini");
    patchbay_run* run = nullptr;
    must(patchbay_host_ask(host->get(), &options, &run));
    EXPECT_EQ(patchbay_run_answer(run)->image_count, 1U);
    patchbay_run_release(run);
  }
}

TEST(EmbeddedHostTest, TakesTheTimeAndTheLogOfTheApplication) {
  struct Own {
    std::mutex mutex;
    std::vector<std::string> lines;
  } own;
  const EmbeddedHome home;
  std::ofstream(home.folder() / "patchbay.toml", std::ios::app)
      << "\n[providers.wrong]\nauth_type = \"x\"\n";
  auto options = home.options();
  options.log_level = PATCHBAY_HOST_WARNING;
  options.user = &own;
  options.log = [](void* user, std::uint32_t level, const char* line) {
    auto& mine = *static_cast<Own*>(user);
    const std::lock_guard lock(mine.mutex);
    if (level == PATCHBAY_HOST_WARNING) mine.lines.emplace_back(line);
  };
  options.unix_ms = [](void*) { return std::int64_t{1'000'000'000'000}; };
  const OpenedHost host(options);
  const auto wanted = image_of("gemini");
  patchbay_run* run = nullptr;
  must(patchbay_host_ask(host.get(), &wanted, &run));
  patchbay_run_release(run);
  patchbay_keys* keys = nullptr;
  // The row is written a moment after the end.
  for (std::string used; used.empty();) {
    must(patchbay_keys_list(host.get(), "gemini", &keys));
    used = keys->items[0]->last_used_at;
    patchbay_keys_free(keys);
    if (used.empty()) continue;
    EXPECT_THAT(used, ::testing::StartsWith("2001-09-09"));
  }
  EXPECT_THAT(own.lines, ::testing::Contains(HasSubstr("providers.wrong")));
}

TEST(EmbeddedHostTest, ReadsNoMoreOfAnOlderCallersStruct) {
  const EmbeddedHome home;
  auto options = home.options();
  // What lies behind the caller's struct is not ours to read.
  options.struct_size = offsetof(patchbay_host_options, ca_file);
  options.ca_file = "/nowhere/at/all.pem";
  const OpenedHost host(options);
  const auto wanted = image_of("gemini");
  patchbay_run* run = nullptr;
  must(patchbay_host_ask(host.get(), &wanted, &run));
  patchbay_run_release(run);
  patchbay_host_status status{};
  status.struct_size = offsetof(patchbay_host_status, plugin_count);
  status.plugin_count = 77;
  must(patchbay_host_read_status(host.get(), &status));
  EXPECT_EQ(status.plugin_count, 77U);
  EXPECT_EQ(status.struct_size, offsetof(patchbay_host_status, plugin_count));
}

TEST(EmbeddedHostTest, TellsWhatCannotBeOpened) {
  const EmbeddedHome home;
  auto options = home.options();
  options.threading = 7;
  EXPECT_EQ(code_of_opening(options), "usage");
  options = home.options();
  options.database_file = "/proc/nothing/here.db";
  EXPECT_NE(code_of_opening(options), "");
  EXPECT_EQ(name_of(patchbay_host_open(&options, nullptr)), "usage");
  must(patchbay_host_close(nullptr));
}

TEST(EmbeddedHostTest, RefusesAChildOfItsProcess) {
  const EmbeddedHome home;
  const OpenedHost host(home.options());
  const auto options = image_of("placeholder");
  const pid_t child = ::fork();
  if (child == 0) {
    patchbay_error* refused = patchbay_run_submit(host.get(), &options, nullptr, nullptr);
    patchbay_error* close = patchbay_host_close(host.get());
    const bool is_right = refused != nullptr && close != nullptr &&
                          patchbay_error_code(refused) == PATCHBAY_CODE_USAGE &&
                          patchbay_error_code(close) == PATCHBAY_CODE_USAGE;
    ::_exit(is_right ? 0 : 1);
  }
  int ended = 0;
  ASSERT_EQ(::waitpid(child, &ended, 0), child);
  EXPECT_EQ(ended, 0);
}

}  // namespace
}  // namespace patchbay::testing
