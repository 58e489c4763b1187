#include "tests/integration/emulator_process.hpp"

#include "core/net/event_loop.hpp"
#include "host/emulator/emulator.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <unistd.h>

namespace patchbay::testing {

EmulatorProcess::EmulatorProcess(double fault_rate) {
  void* memory =
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  std::array<int, 2> told{};
  if (memory == MAP_FAILED || pipe(told.data()) != 0) throw std::runtime_error("no emulator");
  shared_ = new (memory) Shared{};
  child_ = fork();
  if (child_ == 0) {
    close(told[0]);
    serve(fault_rate, told[1]);
  }
  close(told[1]);
  std::string line;
  for (char c = 0; read(told[0], &c, 1) == 1;) line += c;
  close(told[0]);
  const std::size_t space = line.find(' ');
  if (child_ < 0 || space == std::string::npos) throw std::runtime_error("no emulator");
  url_ = line.substr(0, space);
  key_ = line.substr(space + 1);
}

EmulatorProcess::~EmulatorProcess() {
  if (child_ > 0) {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }
  munmap(shared_, sizeof(Shared));
}

void EmulatorProcess::serve(double fault_rate, int told) const {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  net::EventLoop loop;
  emulator::Options options;
  options.fault_rate = fault_rate;
  options.log = [this](std::string_view line) {
    if (line.find("POST ") != std::string_view::npos) ++shared_->generations;
  };
  const auto running = emulator::Emulator::start(loop, std::move(options));
  if (!running.ok()) _exit(1);
  const emulator::ProviderAccess access = running.value()->access().front();
  const std::string line = access.base_url + " " + access.key;
  if (write(told, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(1);
  close(told);
  loop.run();
  _exit(0);
}

}  // namespace patchbay::testing
