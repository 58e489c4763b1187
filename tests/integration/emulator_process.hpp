// The emulator in a process of its own: what it opens and allocates is not ours.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <string>

namespace patchbay::testing {

class EmulatorProcess {
 public:
  // Of the generations so many percent meet a fault.
  explicit EmulatorProcess(double fault_rate);
  EmulatorProcess(const EmulatorProcess&) = delete;
  EmulatorProcess& operator=(const EmulatorProcess&) = delete;
  ~EmulatorProcess();

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] const std::string& key() const { return key_; }
  // Generations that arrived.
  [[nodiscard]] std::uint64_t generations() const { return shared_->generations; }

 private:
  struct Shared {
    std::atomic<std::uint64_t> generations;
  };
  [[noreturn]] void serve(double fault_rate, int told) const;

  Shared* shared_ = nullptr;  // with the child
  pid_t child_ = -1;
  std::string url_;
  std::string key_;
};

}  // namespace patchbay::testing
