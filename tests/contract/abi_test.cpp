// The C ABI as the SDK's face implements it: order of calls, wrong arguments, threads, and structs
// that end where they say they end.
#include "tests/contract/session_player.hpp"
#include <patchbay/scalars.hpp>

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace patchbay::contract {
namespace {

const patchbay_module& acme() {
  static const LoadedPlugin plugin(PATCHBAY_ACME_PLUGIN);
  return plugin.module();
}
void ignore_log(void*, std::int32_t, patchbay_str) noexcept {}
const void* no_extension(void*, const char*) noexcept {
  return nullptr;
}
const patchbay_host quiet_host = {sizeof quiet_host, 0, nullptr, ignore_log, no_extension};

// One session, step by step; each step's actions in one line.
class Walk {
 public:
  explicit Walk(std::uint32_t adapter) {
    EXPECT_EQ(acme().open(adapter, &quiet_host, &storage_.request(), &session_, &err_),
              PATCHBAY_OK);
  }
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;
  ~Walk() { acme().close(session_); }

  std::string feed(std::uint32_t kind, std::uint64_t id, const void* payload = nullptr) {
    const patchbay_input input = {sizeof input, kind, id, 1, payload};
    if (acme().feed(session_, &input, &err_) != PATCHBAY_OK)
      return std::string("refused: ") + err_.message;
    return drain();
  }
  std::string head(std::uint64_t id, std::uint32_t status) {
    const patchbay_http_head head = {sizeof head, status, nullptr, 0};
    return feed(PATCHBAY_IN_HTTP_HEAD, id, &head);
  }
  std::string data(std::uint64_t id, std::string_view text) {
    const patchbay_bytes bytes = to_bytes(text);
    return feed(PATCHBAY_IN_HTTP_DATA, id, &bytes);
  }
  std::string drain() {
    std::string seen;
    for (;;) {
      patchbay_action action = {sizeof action, 0, 0, nullptr};
      if (acme().next(session_, &action, &err_) != PATCHBAY_OK) return err_.message;
      seen += shown(action);
      if (action.kind == PATCHBAY_ACT_IDLE || action.kind == PATCHBAY_ACT_DONE ||
          action.kind == PATCHBAY_ACT_ERROR)
        return seen;
      seen += ", ";
    }
  }
  [[nodiscard]] patchbay_session* session() const { return session_; }

 private:
  static std::string shown(const patchbay_action& action) {
    const std::string id = std::to_string(action.id);
    switch (action.kind) {
      case PATCHBAY_ACT_IDLE: return "idle " + id;
      case PATCHBAY_ACT_ABORT_HTTP: return "abort " + id;
      case PATCHBAY_ACT_DONE: return "done";
      case PATCHBAY_ACT_WAIT:
        return "wait " + id + " " +
               std::to_string(*static_cast<const std::uint64_t*>(action.payload));
      case PATCHBAY_ACT_HTTP: {
        const auto& call = *static_cast<const patchbay_http_request*>(action.payload);
        return "http " + id + " " + std::string(to_view(call.target));
      }
      case PATCHBAY_ACT_PART: {
        const auto& part = *static_cast<const patchbay_part*>(action.payload);
        return "part " + std::string(to_view(part.data));
      }
      case PATCHBAY_ACT_META: {
        const auto& pair = *static_cast<const patchbay_kv*>(action.payload);
        return std::string(to_view(pair.key)) + "=" + std::string(to_view(pair.value));
      }
      case PATCHBAY_ACT_ERROR: {
        const auto& failure = *static_cast<const patchbay_failure*>(action.payload);
        return std::string("error ") + category_name(failure.category) + " " +
               std::string(to_view(failure.message));
      }
      default: return "action " + std::to_string(action.kind);
    }
  }

  RequestStorage storage_{Question{}};
  patchbay_session* session_ = nullptr;
  patchbay_err err_ = {sizeof err_, 0, {}};
};

constexpr std::uint32_t acme_adapter = 0;
constexpr std::uint32_t patient_adapter = 1;

TEST(AbiTest, RunsTheExampleAdapter) {
  Walk walk(acme_adapter);
  EXPECT_EQ(walk.feed(PATCHBAY_IN_START, 0), "http 1 /images, idle 1");
  EXPECT_EQ(walk.head(1, 200), "idle 1");
  EXPECT_EQ(walk.data(1, R"({"data":[{"b64_json":"QUJ)"), "part QUJ, idle 1");
  EXPECT_EQ(walk.data(1, R"(D"},{"b64_json":"REVG"}]})"), "part D, part REVG, idle 1");
  EXPECT_EQ(walk.feed(PATCHBAY_IN_HTTP_END, 1), "done");
}

TEST(AbiTest, TellsTheUsualErrorsApart) {
  struct Case {
    std::uint32_t status;
    const char* body;
    const char* want;
  };
  for (const Case c :
       {Case{401, R"({"error":{"message":"bad key"}})", "error auth_invalid bad key"},
        Case{429, R"({"error":"slow down"})", "error rate slow down"},
        Case{404, R"({"message":"no model"})", "error model no model"},
        Case{402, R"({"error":{"message":"pay"}})", "error quota pay"},
        Case{500, R"({"error":{"message":"oh"}})", "error upstream oh"},
        Case{401,
             "<html>",
             "abort 1, error protocol the provider answered 401 without an "
             "explanation"}}) {
    Walk walk(acme_adapter);
    (void)walk.feed(PATCHBAY_IN_START, 0);
    (void)walk.head(1, c.status);
    std::string seen = walk.data(1, c.body);
    if (seen == "idle 1") seen = walk.feed(PATCHBAY_IN_HTTP_END, 1);
    EXPECT_EQ(seen, c.want);
  }
}

TEST(AbiTest, RetriesDropsAndWaits) {
  Walk walk(patient_adapter);
  EXPECT_EQ(walk.feed(PATCHBAY_IN_START, 0), "http 1 /slow?x=, idle 1");
  EXPECT_EQ(walk.head(1, 503), "wait 2 250, idle 2");
  EXPECT_EQ(walk.data(1, "late"), "idle 2") << "not the awaited id";
  EXPECT_EQ(walk.feed(PATCHBAY_IN_TIMER, 2), "abort 1, http 3 /slow?x=, idle 3");
  EXPECT_EQ(walk.head(3, 200), "idle 3");
  EXPECT_EQ(walk.data(3, R"({"words":["one","three"]})"), "idle 3");
  EXPECT_EQ(walk.feed(PATCHBAY_IN_HTTP_END, 3),
            "letters=8, http 4 https://images.example/cat.png, idle 4");
  EXPECT_EQ(walk.head(4, 200), "idle 4");
  EXPECT_EQ(walk.data(4, "PNG"), "part PNG, idle 4");
  EXPECT_EQ(walk.feed(PATCHBAY_IN_HTTP_END, 4), "part , part a cat, done");
}

TEST(AbiTest, EndsWithWhatTheAdapterThrows) {
  Walk walk(patient_adapter);
  (void)walk.feed(PATCHBAY_IN_START, 0);
  (void)walk.head(1, 503);
  (void)walk.feed(PATCHBAY_IN_TIMER, 2);
  (void)walk.head(3, 503);
  EXPECT_EQ(walk.feed(PATCHBAY_IN_TIMER, 4), "abort 3, error upstream overloaded");
}

TEST(AbiTest, ClosesAtEveryStep) {
  for (int steps = 0; steps < 6; ++steps) {
    Walk walk(patient_adapter);
    int step = 0;
    if (step++ < steps) (void)walk.feed(PATCHBAY_IN_START, 0);
    if (step++ < steps) (void)walk.head(1, 200);
    if (step++ < steps) (void)walk.data(1, R"({"words":["on)");
    if (step++ < steps) (void)walk.data(1, R"(e"]})");
    if (step++ < steps) (void)walk.feed(PATCHBAY_IN_HTTP_END, 1);
  }
}

TEST(AbiTest, IgnoresInputsThatItDoesNotKnow) {
  Walk walk(acme_adapter);
  (void)walk.feed(PATCHBAY_IN_START, 0);
  EXPECT_EQ(walk.feed(99, 1), "idle 1");
  EXPECT_EQ(walk.feed(0x80000001U, 1), "idle 1");
  EXPECT_EQ(walk.feed(PATCHBAY_IN_TIMER, 1), "idle 1");
  EXPECT_EQ(walk.feed(PATCHBAY_IN_START, 0), "idle 1");
  EXPECT_EQ(walk.data(1, "early"), "idle 1");
  EXPECT_EQ(walk.head(7, 200), "idle 1");
  EXPECT_EQ(walk.head(1, 200), "idle 1");
  EXPECT_EQ(walk.head(1, 500), "idle 1");
}

TEST(AbiTest, CancelsAtAnyTime) {
  Walk before(acme_adapter);
  EXPECT_EQ(before.feed(PATCHBAY_IN_CANCEL, 0), "error cancelled cancelled");
  Walk waiting(acme_adapter);
  (void)waiting.feed(PATCHBAY_IN_START, 0);
  EXPECT_EQ(waiting.feed(PATCHBAY_IN_CANCEL, 0), "error cancelled cancelled");
  EXPECT_EQ(waiting.feed(PATCHBAY_IN_CANCEL, 0), "error cancelled cancelled");

  Walk busy(acme_adapter);  // before its actions were taken
  const patchbay_input start = {sizeof start, PATCHBAY_IN_START, 0, 1, nullptr};
  ASSERT_EQ(acme().feed(busy.session(), &start, nullptr), PATCHBAY_OK);
  EXPECT_EQ(busy.feed(PATCHBAY_IN_CANCEL, 0), "error cancelled cancelled");
}

TEST(AbiTest, RefusesAnInputBeforeItIsIdle) {
  Walk walk(acme_adapter);
  const patchbay_input start = {sizeof start, PATCHBAY_IN_START, 0, 1, nullptr};
  ASSERT_EQ(acme().feed(walk.session(), &start, nullptr), PATCHBAY_OK);
  EXPECT_EQ(walk.head(1, 200), "refused: called out of turn");
  EXPECT_EQ(walk.drain(), "http 1 /images, idle 1");
}

TEST(AbiTest, RefusesWrongArguments) {
  const RequestStorage storage((Question()));
  const patchbay_request& request = storage.request();
  int tag = 0;
  auto* const untouched = reinterpret_cast<patchbay_session*>(&tag);
  patchbay_session* session = untouched;
  patchbay_err err = {sizeof err, 0, {}};
  const patchbay_module& module = acme();
  EXPECT_EQ(module.open(2, &quiet_host, &request, &session, &err), PATCHBAY_E_ARG);
  EXPECT_NE(std::string(err.message), "");
  EXPECT_EQ(module.open(0, nullptr, &request, &session, &err), PATCHBAY_E_ARG);
  EXPECT_EQ(module.open(0, &quiet_host, nullptr, &session, &err), PATCHBAY_E_ARG);
  EXPECT_EQ(module.open(0, &quiet_host, &request, nullptr, nullptr), PATCHBAY_E_ARG);
  patchbay_request old = request;
  old.struct_size = 8;
  EXPECT_EQ(module.open(0, &quiet_host, &old, &session, &err), PATCHBAY_E_ARG);
  patchbay_request other = request;
  other.operation = PATCHBAY_OP_CHAT;
  EXPECT_EQ(module.open(1, &quiet_host, &other, &session, &err), PATCHBAY_E_UNSUPPORTED);
  other.operation = 77;
  EXPECT_EQ(module.open(0, &quiet_host, &other, &session, &err), PATCHBAY_E_UNSUPPORTED);
  EXPECT_EQ(session, untouched);
  EXPECT_EQ(module.feed(nullptr, nullptr, &err), PATCHBAY_E_ARG);
  EXPECT_EQ(module.next(nullptr, nullptr, &err), PATCHBAY_E_ARG);
  Walk walk(0);
  patchbay_action action = {8, 0, 0, nullptr};
  EXPECT_EQ(module.next(walk.session(), &action, &err), PATCHBAY_E_ARG);
  module.close(nullptr);
  EXPECT_EQ(module.get_extension("example/1"), nullptr);
  EXPECT_EQ(module.adapter_count, 2U);
  EXPECT_EQ(module.struct_size, sizeof(patchbay_module));
}

TEST(AbiTest, SessionsMoveBetweenThreadsAndRunAtTheSameTime) {
  std::vector<std::thread> threads;
  std::vector<std::string> endings(4);
  for (std::string& ending : endings)
    threads.emplace_back([&ending] {
      for (int round = 0; round < 50; ++round) {
        Walk walk(acme_adapter);
        (void)walk.feed(PATCHBAY_IN_START, 0);
        std::thread([&walk] { (void)walk.head(1, 200); }).join();
        (void)walk.data(1, R"({"data":[]})");
        std::thread([&] { ending = walk.feed(PATCHBAY_IN_HTTP_END, 1); }).join();
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(endings, std::vector<std::string>(4, "done"));
}

// A copy of a struct that ends where its page ends: a read beyond `struct_size` is a fault.
template <class Struct>
class Guarded {
 public:
  explicit Guarded(const Struct& value)
      : page_size_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS;
    pages_ = mmap(nullptr, 2 * page_size_, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (pages_ == MAP_FAILED) throw std::bad_alloc();
    char* const edge = static_cast<char*>(pages_) + page_size_;
    if (mprotect(edge, page_size_, PROT_NONE) != 0) throw std::bad_alloc();
    std::memcpy(edge - sizeof value, &value, sizeof value);
    value_ = reinterpret_cast<Struct*>(edge - sizeof value);
  }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  ~Guarded() { munmap(pages_, 2 * page_size_); }
  [[nodiscard]] Struct* get() const { return value_; }

 private:
  std::size_t page_size_;
  void* pages_ = nullptr;
  Struct* value_ = nullptr;
};

TEST(AbiTest, ReadsNoStructBeyondItsSize) {
  for (const char* const path : {PATCHBAY_ACME_PLUGIN, PATCHBAY_GEMINI_PLUGIN}) {
    const LoadedPlugin plugin(path);
    const patchbay_module& module = plugin.module();
    const RequestStorage storage((Question()));
    const Guarded<patchbay_host> host(quiet_host);
    const Guarded<patchbay_message> message(*storage.request().messages[0]);
    const Guarded<patchbay_input_part> part(*message.get()->parts[0]);
    const patchbay_input_part* parts[] = {part.get()};
    message.get()->parts = parts;
    const patchbay_message* messages[] = {message.get()};
    const Guarded<patchbay_request> request(storage.request());
    request.get()->messages = messages;
    const Guarded<patchbay_err> err({sizeof(patchbay_err), 0, {}});
    const Guarded<patchbay_action> action({sizeof(patchbay_action), 0, 0, nullptr});
    const Guarded<patchbay_http_head> head({sizeof(patchbay_http_head), 200, nullptr, 0});
    const Guarded<patchbay_http_fail> fail({sizeof(patchbay_http_fail), 1, 0, 0, {nullptr, 0}});
    const std::pair<std::uint32_t, const void*> inputs[] = {{PATCHBAY_IN_START, nullptr},
                                                            {PATCHBAY_IN_HTTP_HEAD, head.get()},
                                                            {PATCHBAY_IN_HTTP_FAIL, fail.get()}};

    patchbay_session* session = nullptr;
    ASSERT_EQ(module.open(0, host.get(), request.get(), &session, err.get()), PATCHBAY_OK);
    for (const auto& [kind, payload] : inputs) {
      const std::uint64_t id = kind == PATCHBAY_IN_START ? 0 : 1;
      const Guarded<patchbay_input> input({sizeof(patchbay_input), kind, id, 1, payload});
      ASSERT_EQ(module.feed(session, input.get(), err.get()), PATCHBAY_OK);
      do ASSERT_EQ(module.next(session, action.get(), err.get()), PATCHBAY_OK);
      while (action.get()->kind != PATCHBAY_ACT_IDLE && action.get()->kind != PATCHBAY_ACT_ERROR);
    }
    ASSERT_EQ(action.get()->kind, static_cast<std::uint32_t>(PATCHBAY_ACT_ERROR));
    const auto& failure = *static_cast<const patchbay_failure*>(action.get()->payload);
    EXPECT_EQ(failure.category, static_cast<std::uint32_t>(PATCHBAY_ERR_NETWORK));
    EXPECT_EQ(failure.billed, static_cast<std::uint32_t>(PATCHBAY_BILLED_NO)) << "nothing was sent";
    module.close(session);
  }
}

}  // namespace
}  // namespace patchbay::contract
