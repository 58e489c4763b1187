// What a plugin could change of the process that it runs in.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace patchbay::check {

class Surroundings {
 public:
  [[nodiscard]] static Surroundings now();
  // "leaves a thread", eg; empty where nothing changed.
  [[nodiscard]] std::string change_until(const Surroundings& later) const;

 private:
  std::size_t thread_count_ = 0;
  std::set<std::string> descriptors_;
  std::set<std::string> files_;  // in the current folder
  std::string folder_;
  std::vector<const void*> handlers_;  // by signal
  std::vector<std::string> environment_;
  std::uint64_t output_size_ = 0;  // of stdout and stderr, which are files here
  std::string locale_;
};

}  // namespace patchbay::check
