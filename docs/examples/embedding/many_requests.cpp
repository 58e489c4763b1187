// Holds as many requests as it is told at once, on the host's one thread; then cancels them all.
//   many_requests HOME PROVIDER COUNT WORDS
// Prints a line of JSON: threads, descriptors, resident memory and how long the cancelling took.
#include <patchbay/host.hpp>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace embed = patchbay::embed;
using Clock = std::chrono::steady_clock;

namespace {

long resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6);
  }
  return 0;
}

long entries_of(const char* folder) {
  return std::distance(std::filesystem::directory_iterator(folder), {});
}

long milliseconds_since(Clock::time_point begin) {
  return static_cast<long>(
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const int count = std::atoi(argv[3]);
  embed::HostOptions options;
  options.home = argv[1];
  options.connections_max = static_cast<std::uint32_t>(count) + 16;
  auto host = embed::Host::open(std::move(options));
  if (!host.ok()) {
    std::fprintf(stderr, "%s\n", host.error().message.c_str());
    return 1;
  }
  embed::Request request;
  request.provider = argv[2];
  request.prompt = argv[4];
  request.deadline = std::chrono::minutes(10);

  std::atomic<int> ended{0};
  std::atomic<int> cancelled{0};
  std::stop_source stop;
  const auto start_one = [&] {
    embed::Observer observer;
    observer.on_done = [&](const embed::Result<embed::Answer>& result) {
      if (!result.ok() && result.error().code == PATCHBAY_CODE_CANCELLED) ++cancelled;
      ++ended;
    };
    return host.value().submit(request, std::move(observer), stop.get_token());
  };
  // One first: what is opened once is not counted.
  std::vector<embed::Result<embed::Run>> runs;
  runs.push_back(start_one());
  std::this_thread::sleep_for(std::chrono::seconds(1));
  const long memory_before = resident_kib();
  const long descriptors_before = entries_of("/proc/self/fd");
  const auto begin = Clock::now();
  for (int i = 1; i < count; ++i) runs.push_back(start_one());
  // Every request has a connection when nothing new is opened any more.
  for (long last = -1; last != entries_of("/proc/self/fd");) {
    last = entries_of("/proc/self/fd");
    std::this_thread::sleep_for(std::chrono::seconds(2));
  }
  const long opening_ms = milliseconds_since(begin);
  const long memory = resident_kib() - memory_before;
  const long descriptors = entries_of("/proc/self/fd") - descriptors_before;
  const long threads = entries_of("/proc/self/task");
  const auto cancel_begin = Clock::now();
  stop.request_stop();
  while (ended < count) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::printf(
      "{\"requests\": %d, \"cancelled\": %d, \"threads\": %ld, \"descriptors\": %ld, "
      "\"memory_kib\": %ld, \"opening_ms\": %ld, \"cancel_ms\": %ld}\n",
      count,
      cancelled.load(),
      threads,
      descriptors,
      memory,
      opening_ms,
      milliseconds_since(cancel_begin));
  return cancelled == count ? 0 : 1;
}
