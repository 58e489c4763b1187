// Many requests in one process, one of ten going wrong: nothing may be left of any of them.
// PATCHBAY_LOAD=whole runs all that docs/benchmarks.md tells of; without it there are fewer.
#include "host/engine/file_sink.hpp"
#include "host/initialise.hpp"
#include "tests/integration/emulator_process.hpp"
#include "tests/unit/vault/vault_home.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <malloc.h>
#include <map>
#include <memory>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::testing {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr double fault_rate_percent = 10;

bool is_whole() {
  const char* asked = std::getenv("PATCHBAY_LOAD");
  return asked != nullptr && std::string_view(asked) == "whole";
}

std::size_t entries_of(const fs::path& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder)) ++count;
  return count;
}

std::size_t open_descriptors() {
  return entries_of("/proc/self/fd");
}

// Bytes that are allocated now, but for SQLite's: its page cache grows with the file, up to a
// limit. 0 where the allocator does not tell, as a sanitizer's.
std::size_t allocated() {
  const struct mallinfo2 now = mallinfo2();
  const std::size_t all = now.uordblks + now.hblkhd;
  return all - std::min(all, static_cast<std::size_t>(sqlite3_memory_used()));
}

class LoadTest : public ::testing::Test {
 protected:
  struct Job {
    std::unique_ptr<host::ImageFileSink> sink;
    std::unique_ptr<host::RunningRequest> running;
    bool is_over = false;
  };

  LoadTest() {
    options_.home.home_flag = (folder_ / "home").string();
    must(host::initialise_home(options_));
    host_ =
        must(host::Host::open(options_, {clock_, redactor_, [](LogLevel, std::string_view) {}}));
    host::Provider provider = must(host_->registry().provider("gemini"));
    provider.endpoint_url = emulator_.url();
    provider.settings["allow_private"] = "1";
    must(host_->registry().update_provider(provider));
    provider = must(host_->registry().provider("gemini"));
    const auto encrypted =
        must(must(host_->vault())
                 ->encrypt(must(SecretBytes::copy_of(emulator_.key())), clock_.unix_ms() / 1000));
    host::Registry::NewKey key;
    key.provider_id = provider.id;
    key.token = encrypted.token;
    key.key_version = encrypted.key_version;
    must(host_->registry().add_key(host_->catalog(), key, must(host_->owner())));
    fs::create_directory(images());
  }

  [[nodiscard]] fs::path images() const { return folder_ / "images"; }

  void start(Job& job) {
    host::Request request;
    request.provider = "gemini";
    request.deadline = milliseconds(60'000);
    request.messages.push_back({host::Role::User, {{host::PartKind::Text, "a cat", 0}}});
    // As if so much time had passed: a quota that is used up holds up the requests to come.
    must(host_->database().execute("DELETE FROM patchbay_key_health WHERE failures = 0"));
    auto candidates = must(host_->candidates(request));
    const fs::path file = images() / (std::to_string(++started_) + ".img");
    const auto sinks = [&job, file]() -> Result<host::Sink*> {
      job.sink.reset();
      job.sink = PATCHBAY_TRY(host::ImageFileSink::create({.file = file, .directory = {}}));
      return job.sink.get();
    };
    job.running = must(host_->runner())
                      ->start(std::move(request),
                              std::move(candidates),
                              sinks,
                              [this, &job](Result<host::RunReport> report) {
                                finish(job, std::move(report));
                              });
  }

  void finish(Job& job, Result<host::RunReport> report) {
    job.is_over = true;
    if (report.ok()) {
      must(job.sink->commit());
      ++succeeded_;
    } else {
      ++failures_[std::string(describe(report.error().code).name)];
    }
    if (++over_ == expected_) host_->loop().stop();
  }

  void run_one() {
    Job job;
    expected_ = over_ + 1;
    start(job);
    host_->loop().run();
    ASSERT_TRUE(job.is_over);
  }

  void run_at_once(std::size_t count) {
    std::vector<std::unique_ptr<Job>> jobs;
    expected_ = over_ + count;
    for (std::size_t i = 0; i < count; ++i) start(*jobs.emplace_back(std::make_unique<Job>()));
    host_->loop().run();
    for (const auto& job : jobs) ASSERT_TRUE(job->is_over);
  }

  void expect_clean() {
    must(host_->recorder().flush());
    store::Database& database = host_->database();
    EXPECT_EQ(entries_of(images()), succeeded_);
    EXPECT_EQ(number(database, "SELECT count(*) FROM patchbay_attempts"),
              static_cast<std::int64_t>(emulator_.generations()));
    EXPECT_EQ(number(database, "SELECT count(*) FROM patchbay_attempts WHERE outcome = 'ok'"),
              static_cast<std::int64_t>(succeeded_));
    EXPECT_EQ(number(database, "SELECT count(*) FROM api_keys WHERE is_active"), 1);
    EXPECT_EQ(must(database.quick_check()), "ok");
    // Faults there were; and what did not meet one was served.
    EXPECT_GT(succeeded_, started_ * 3 / 4);
    EXPECT_FALSE(failures_.empty());
  }

  void tell(const char* what, std::chrono::steady_clock::time_point begin) {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::printf("%s: %zu requests, %zu images, %llu attempts, %.1f s, peak RSS %.1f MiB; failures:",
                what,
                started_,
                succeeded_,
                static_cast<unsigned long long>(emulator_.generations()),
                took.count(),
                static_cast<double>(used.ru_maxrss) / 1024);
    for (const auto& [code, count] : failures_) std::printf(" %s %zu", code.c_str(), count);
    std::printf("\n");
  }

  EmulatorProcess emulator_{fault_rate_percent};  // first: it forks
  TempDir folder_;
  SystemClock clock_;
  Redactor redactor_;
  host::HostOptions options_;
  std::unique_ptr<host::Host> host_;
  std::size_t started_ = 0;
  std::size_t over_ = 0;
  std::size_t expected_ = 0;
  std::size_t succeeded_ = 0;
  std::map<std::string, std::size_t> failures_;
};

TEST_F(LoadTest, OneAfterAnotherLeavesNothingBehind) {
  const std::size_t count = is_whole() ? 1000 : 120;
  const auto begin = std::chrono::steady_clock::now();
  // Connections, caches and pages of the database settle first.
  for (std::size_t i = 0; i < count / 4; ++i) run_one();
  const std::size_t descriptors = open_descriptors();
  const std::size_t heap = allocated();
  for (std::size_t i = count / 4; i < count; ++i) run_one();
  // One kept connection more or less, as the last answer was.
  EXPECT_LE(open_descriptors(), descriptors + 2);
  constexpr std::size_t growth_max = std::size_t{512} << 10U;
  EXPECT_LT(allocated(), heap + growth_max);
  tell("sequential", begin);
  std::printf("heap %zu -> %zu bytes, descriptors %zu -> %zu\n",
              heap,
              allocated(),
              descriptors,
              open_descriptors());
  expect_clean();
}

TEST_F(LoadTest, AtOnceLeavesNothingBehind) {
  run_one();
  const std::size_t descriptors = open_descriptors();
  const auto begin = std::chrono::steady_clock::now();
  run_at_once(is_whole() ? 200 : 50);
  // The client keeps connections, and closes them with itself.
  constexpr std::size_t connections_max = 64;
  EXPECT_LE(open_descriptors(), descriptors + connections_max);
  tell("at once", begin);
  expect_clean();
}

}  // namespace
}  // namespace patchbay::testing
