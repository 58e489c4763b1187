// Ten images at once, each telling of its progress; ^C cancels them all.
//   ten_images HOME PROVIDER FOLDER WORDS
#include <patchbay/host.hpp>

#include <csignal>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

namespace embed = patchbay::embed;

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  // The application's signals are the application's: a thread of its own waits for them.
  sigset_t interrupts;
  sigemptyset(&interrupts);
  sigaddset(&interrupts, SIGINT);
  sigaddset(&interrupts, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &interrupts, nullptr);
  std::stop_source stop;
  std::thread signals([&] {
    int which = 0;
    sigwait(&interrupts, &which);
    if (which == SIGINT) stop.request_stop();
  });

  int failed = 0;
  {
    embed::HostOptions options;
    options.home = argv[1];
    options.progress_interval = std::chrono::milliseconds(100);
    auto host = embed::Host::open(std::move(options));
    if (!host.ok()) {
      std::fprintf(stderr, "%s\n", host.error().message.c_str());
      pthread_kill(signals.native_handle(), SIGUSR1);
      signals.join();
      return 1;
    }
    std::vector<embed::Result<embed::Run>> runs;
    for (int i = 0; i < 10; ++i) {
      embed::Request request;
      request.provider = argv[2];
      request.prompt = argv[4];
      request.output = embed::Output::File;
      request.file = std::string(argv[3]) + "/image-" + std::to_string(i) + ".png";
      request.if_exists = embed::IfExists::Replace;
      embed::Observer observer;
      observer.on_progress = [i](std::chrono::milliseconds elapsed, std::uint64_t bytes) {
        std::printf("%d: %lld ms, %llu bytes\n",
                    i,
                    static_cast<long long>(elapsed.count()),
                    static_cast<unsigned long long>(bytes));
      };
      runs.push_back(host.value().submit(request, std::move(observer), stop.get_token()));
    }
    for (auto& run : runs) {
      const auto answer = run.ok() ? run.value().wait() : embed::Result<embed::Answer>(run.error());
      if (answer.ok()) {
        std::printf("%s: %s\n",
                    answer.value().images[0].file.c_str(),
                    answer.value().images[0].mime.c_str());
      } else {
        std::fprintf(stderr, "%s\n", answer.error().message.c_str());
        ++failed;
      }
    }
  }
  pthread_kill(signals.native_handle(), SIGUSR1);
  signals.join();
  return failed == 0 ? 0 : 1;
}
