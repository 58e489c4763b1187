// Whose turn it is to ask for the write lock.
#pragma once

#include "core/base/file.hpp"

#include <chrono>
#include <filesystem>
#include <utility>

namespace patchbay::store {

// SQLite keeps no order among writers: one that writes without pause takes the lock back before
// any that waits has looked again, and they wait for as long as that goes on. So each stands in
// front of the lock alone: whoever has just written meets the next one there. The place is a lock
// on the folder of the file, which leaves no trace; it ends with the process at the latest.
class WriteTurn {
 public:
  // Returns after at most `longest`, also without a turn, eg on a file system that locks no
  // folders: the order is a courtesy, safety is SQLite's.
  [[nodiscard]] static WriteTurn wait(const std::filesystem::path& folder,
                                      std::chrono::milliseconds longest);

 private:
  explicit WriteTurn(FileDescriptor folder) : folder_(std::move(folder)) {}
  FileDescriptor folder_;
};

}  // namespace patchbay::store
