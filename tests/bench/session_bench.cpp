// What a session costs in this process and in a worker: to open, for one round, for 20 MiB of an
// answer in pieces of 64 KiB. Prints the best of several runs.
#include "core/base/clock.hpp"
#include "core/base/log.hpp"
#include "core/base/redactor.hpp"
#include "core/net/event_loop.hpp"
#include "host/engine/module_session.hpp"
#include "host/engine/worker_session.hpp"
#include <patchbay/plugin.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <functional>
#include <string>

namespace {

using namespace patchbay;  // NOLINT(google-build-using-namespace): the bench's own words
using std::chrono::duration_cast;
using std::chrono::nanoseconds;

constexpr int runs = 7;
constexpr int rounds = 1000;
constexpr std::size_t piece_size = std::size_t{64} << 10U;
constexpr std::size_t piece_count = 320;

[[noreturn]] void give_up(const std::string& words) {
  std::fprintf(stderr, "%s\n", words.c_str());
  std::exit(1);
}

class Bench {
 public:
  Bench(const patchbay_module* module, host::WorkerCode worker)
      : module_(module), worker_(std::move(worker)), log_(redactor_, LogLevel::Error, {}) {
    auto request = host::AbiRequest::create(request_, candidate_, 7);
    if (!request.ok()) give_up(request.error().message);
  }

  std::unique_ptr<host::AdapterSession> open(bool in_worker) {
    auto request = host::AbiRequest::create(request_, candidate_, 7);
    auto session = in_worker
                       ? host::WorkerSession::open(
                             {worker_, 0, "echo", loop_, clock_, log_, [this] { loop_.stop(); }},
                             *request.value())
                       : host::ModuleSession::open({module_, 0, "echo", clock_, log_},
                                                   std::move(request).value());
    if (!session.ok()) give_up(session.error().message);
    round(*session.value(), PATCHBAY_IN_START, nullptr);
    return std::move(session).value();
  }

  // One input, and all that follows.
  void round(host::AdapterSession& session, std::uint32_t kind, const void* payload) {
    if (const Status fed = session.feed(kind, 1, payload); !fed.ok()) give_up(fed.error().message);
    while (true) {
      const auto action = session.next();
      if (!action.ok()) give_up(action.error().message);
      if (!action.value()) {
        loop_.run();
      } else if (action.value()->kind == PATCHBAY_ACT_IDLE) {
        return;
      }
    }
  }

 private:
  const patchbay_module* module_;
  host::WorkerCode worker_;
  SystemClock clock_;
  Redactor redactor_;
  Log log_;
  net::EventLoop loop_;
  host::Request request_;
  host::FoundPlugin plugin_ = [] {
    host::FoundPlugin plugin;
    plugin.manifest.adapters.emplace_back();
    return plugin;
  }();
  host::Candidate candidate_ = [this] {
    host::Candidate candidate;
    candidate.adapter = host::Adapter{&plugin_, 0};
    return candidate;
  }();
};

double best_of(const std::function<void()>& work) {
  auto best = nanoseconds::max();
  for (int run = 0; run < runs; ++run) {
    const auto before = std::chrono::steady_clock::now();
    work();
    best = std::min(best, duration_cast<nanoseconds>(std::chrono::steady_clock::now() - before));
  }
  return static_cast<double>(best.count());
}

struct Figures {
  double open = 0, round = 0, answer = 0;  // nanoseconds
};

Figures measure(Bench& bench, bool in_worker) {
  Figures figures;
  figures.open = best_of([&] { bench.open(in_worker); });
  const auto session = bench.open(in_worker);
  figures.round = best_of([&] {
                    for (int i = 0; i < rounds; ++i)
                      bench.round(*session, PATCHBAY_IN_TIMER, nullptr);
                  }) /
                  rounds;
  const std::string piece(piece_size, 'x');
  const patchbay_bytes bytes{reinterpret_cast<const std::uint8_t*>(piece.data()), piece.size()};
  figures.answer = best_of([&] {
    for (std::size_t i = 0; i < piece_count; ++i)
      bench.round(*session, PATCHBAY_IN_HTTP_DATA, &bytes);
  });
  return figures;
}

void print(const char* what, double here, double there) {
  std::printf(
      "%-24s %12.1f us %12.1f us %8.1f times\n", what, here / 1e3, there / 1e3, there / here);
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) give_up("session_bench PLUGIN WORKER");
  void* library = dlopen(words[1], RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) give_up(dlerror());
  const auto entry =
      reinterpret_cast<decltype(&patchbay_plugin_v1)>(dlsym(library, "patchbay_plugin_v1"));
  Bench bench(entry(), host::WorkerCode{words[2], words[1], false});
  const Figures here = measure(bench, false);
  const Figures there = measure(bench, true);
  std::printf("%-24s %15s %15s\n", "", "in process", "in a worker");
  print("open", here.open, there.open);
  print("one round", here.round, there.round);
  print("20 MiB of an answer", here.answer, there.answer);
}
