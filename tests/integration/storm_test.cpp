// Many requests at once against an upstream that drops, stalls, truncates and lies: each ends, with
// a typed reason or a whole image, nothing leaks, and every image that was charged is accounted
// for.
#include "core/store/statement.hpp"
#include "host/emulator/emulator.hpp"
#include "host/engine/file_sink.hpp"
#include "host/host.hpp"
#include "host/initialise.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <malloc.h>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace patchbay::host {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t at_once = 16;
constexpr std::chrono::milliseconds deadline{3'000};
// Beyond the second that is promised: the machine may be busy with other things.
constexpr std::chrono::milliseconds slack{15'000};

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) {
    ADD_FAILURE() << result.error().message;
    std::abort();
  }
  return std::move(result).value();
}
void must(const Status& status) {
  ASSERT_TRUE(status.ok()) << status.error().message;
}

std::size_t request_count() {
  const char* load = std::getenv("PATCHBAY_LOAD");
  return load != nullptr && std::string_view(load) == "whole" ? 10'000 : 500;
}

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator folder("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(folder), end(folder)));
}

// The upstream, on a thread of its own.
class Upstream {
 public:
  explicit Upstream(std::vector<std::string> faults) {
    emulator::Options options;
    options.faults = std::move(faults);
    emulator_ = must(emulator::Emulator::start(loop_, std::move(options)));
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~Upstream() {
    loop_.stop();
    thread_.join();
  }
  Upstream(const Upstream&) = delete;
  Upstream& operator=(const Upstream&) = delete;

  [[nodiscard]] emulator::ProviderAccess access() const {
    const auto all = emulator_->access();
    return *std::ranges::find(all, "gemini", &emulator::ProviderAccess::provider);
  }
  [[nodiscard]] emulator::Counts counts() const { return emulator_->counts(); }

 private:
  net::EventLoop loop_;
  std::unique_ptr<emulator::Emulator> emulator_;
  std::thread thread_;
};

struct Ended {
  std::size_t images = 0;  // requests that gave one
  std::size_t failed = 0;
  std::chrono::milliseconds longest{0};
};

// A home with one key, and as many requests under way as are wanted at once.
class Storm {
 public:
  explicit Storm(const emulator::ProviderAccess& access) {
    HostOptions options;
    options.home.home_flag = (folder_ / "home").string();
    options.bundled_plugins = PATCHBAY_ADAPTER_FOLDER;
    static_cast<void>(must(initialise_home(options)));
    host_ = must(Host::open(
        options, HostDependencies{clock_, redactor_, [](LogLevel, std::string_view) {}}));
    Provider provider = must(host_->registry().provider(access.provider));
    provider.endpoint_url = access.base_url;
    provider.settings["allow_private"] = "1";
    must(host_->registry().update_provider(provider));
    const Owner owner = must(host_->owner());
    const Vault* vault = must(host_->vault());
    const auto encrypted = must(vault->encrypt(must(SecretBytes::copy_of(access.key)), 1));
    Registry::NewKey key;
    key.provider_id = provider.id;
    key.token = encrypted.token;
    key.key_version = encrypted.key_version;
    key_id_ = must(host_->registry().add_key(host_->catalog(), key, owner)).id;
    provider_ = access.provider;
  }

  // The words of each request, in turn.
  Ended run(std::size_t count, std::vector<std::string> prompts = {"a cat"}) {
    prompts_ = std::move(prompts);
    ended_ = Ended{};
    left_ = count;
    slots_.resize(at_once);
    busy_ = at_once;
    for (Slot& slot : slots_) begin(slot);
    host_->loop().run();
    return ended_;
  }

  [[nodiscard]] bool key_is_active() const {
    for (const Key& key : must(host_->registry().keys(host_->catalog())))
      if (key.id == key_id_) return key.is_active;
    return false;
  }

  struct Account {
    std::size_t images = 0;
    std::size_t lost = 0;         // failed, and may have been charged
    std::size_t surely_lost = 0;  // failed, and was charged
  };
  // By the rows that were written.
  [[nodiscard]] Account account() const {
    must(host_->recorder().flush());
    store::Statement sums = must(store::Statement::prepare(
        host_->database(),
        "SELECT count(*) FILTER (WHERE outcome = 'ok'), count(*) FILTER (WHERE billed <> 'no'),"
        " count(*) FILTER (WHERE billed = 'yes') FROM patchbay_attempts WHERE operation = "
        "'image'"));
    EXPECT_TRUE(must(sums.step()));
    const auto count = [&sums](int column) {
      return static_cast<std::size_t>(sums.integer(column));
    };
    return Account{count(0), count(1), count(2)};
  }

 private:
  struct Slot {
    std::unique_ptr<ImageFileSink> sink;
    std::unique_ptr<RunningRequest> request;
    std::chrono::steady_clock::time_point began;
    bool is_ended = true;
  };

  void begin(Slot& slot) {
    slot.request.reset();
    slot.sink.reset();
    if (left_ == 0) {
      if (--busy_ == 0) host_->loop().stop();
      return;
    }
    const std::string& prompt = prompts_[--left_ % prompts_.size()];
    slot.is_ended = false;
    slot.began = clock_.steady();
    Request request;
    request.provider = provider_;
    request.deadline = deadline;
    request.messages = {Message{Role::User, {MessagePart{PartKind::Text, prompt, 0}}}};
    auto candidates = host_->candidates(request);
    if (!candidates.ok()) return end(slot, candidates.error());
    slot.request = must(host_->runner())
                       ->start(
                           std::move(request),
                           std::move(candidates).value(),
                           [this, &slot]() -> Result<Sink*> {
                             ImageFileOptions options;
                             options.directory = folder_.path();
                             slot.sink = PATCHBAY_TRY(ImageFileSink::create(options));
                             return slot.sink.get();
                           },
                           [this, &slot](const Result<RunReport>& report) {
                             if (report.ok()) return end(slot, {});
                             end(slot, report.error());
                           });
  }

  void end(Slot& slot, const Status& status) {
    EXPECT_FALSE(slot.is_ended) << "it ended twice";
    slot.is_ended = true;
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady() - slot.began);
    ended_.longest = std::max(ended_.longest, took);
    if (status.ok()) {
      ++ended_.images;
      EXPECT_EQ(slot.sink->image_count(), 1U);
    } else {
      ++ended_.failed;
      EXPECT_FALSE(status.error().message.empty());
      EXPECT_NE(status.error().code, ErrorCode::Internal) << status.error().message;
    }
    // Later: the request must not be dropped while it reports.
    host_->loop().post([this, &slot] { begin(slot); });
  }

  testing::TempDir folder_;
  SystemClock clock_;
  Redactor redactor_;
  std::unique_ptr<Host> host_;
  std::string key_id_;
  std::string provider_;
  std::size_t left_ = 0;
  std::size_t busy_ = 0;  // slots that still take requests
  std::vector<std::string> prompts_;
  std::vector<Slot> slots_;
  Ended ended_;
};

TEST(StormTest, EveryRequestEndsAndNothingIsLeftBehind) {
  const Upstream upstream({"drop_before:0.05",
                           "drop_mid:0.05",
                           "stall_head:0.01",
                           "stall_body:0.01",
                           "truncated:0.05",
                           "html:0.03",
                           "html_502:0.03",
                           "empty:0.02",
                           "error_200:0.02",
                           "wrong_type:0.02",
                           "two_content_length:0.02",
                           "garbage_after:0.02",
                           "redirect:0.01",
                           "bad_base64:0.02",
                           "not_an_image:0.02",
                           "cut_image:0.02",
                           "overloaded:0.03",
                           "internal:0.03",
                           "rate:50:0.02",
                           "region:0.01"});
  Storm storm(upstream.access());
  const std::size_t count = request_count();
  // What is made once and kept: connections, the plugin, caches.
  static_cast<void>(storm.run(100));
  const std::size_t descriptors = open_descriptors();
  const auto memory = mallinfo2().uordblks;

  const Ended ended = storm.run(count);
  EXPECT_EQ(ended.images + ended.failed, count);
  EXPECT_GT(ended.images, count / 4);
  EXPECT_GT(ended.failed, count / 100);
  EXPECT_LE(ended.longest, deadline + 1s + slack);
  EXPECT_TRUE(storm.key_is_active());
  // Kept connections come and go.
  EXPECT_LE(open_descriptors(), descriptors + 3 * at_once);
  EXPECT_LE(mallinfo2().uordblks, memory + (std::size_t{8} << 20U));

  // The upstream charged for nothing that is not accounted for.
  const Storm::Account account = storm.account();
  const auto billed = static_cast<std::size_t>(upstream.counts().billed);
  EXPECT_LE(billed, account.images + account.lost);
  EXPECT_GE(billed, account.images + account.surely_lost);
}

// One fault for a request, of which it is certain whether there was a charge.
TEST(StormTest, WhatWasChargedIsWhatWasDeliveredAndWhatIsReportedAsLost) {
  const Upstream upstream({});
  Storm storm(upstream.access());
  const std::vector<std::string> faults{"drop_mid",
                                        "drop_before",
                                        "truncated",
                                        "bad_base64",
                                        "not_an_image",
                                        "cut_image",
                                        "overloaded",
                                        "region"};
  std::vector<std::string> prompts;
  for (const std::string& fault : faults) {
    prompts.insert(prompts.end(), 4, "a cat");
    prompts.push_back("a cat emulate:" + fault);
  }
  const Ended ended = storm.run(200, prompts);
  EXPECT_EQ(ended.images + ended.failed, 200U);
  const Storm::Account account = storm.account();
  EXPECT_EQ(account.images, ended.images);
  EXPECT_GE(account.lost, 200U * 6 / prompts.size() / 2) << "six of the faults lose an image";
  EXPECT_EQ(upstream.counts().billed, account.images + account.lost);
}

}  // namespace
}  // namespace patchbay::host
