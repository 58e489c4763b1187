#include "core/store/write_turn.hpp"

#include <sys/file.h>

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <thread>
#include <utility>

namespace patchbay::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Whoever has waited for longer looks more often, and so comes first.
milliseconds pause_after(steady_clock::duration waited, milliseconds longest) {
  constexpr milliseconds pause_first{4};
  constexpr milliseconds pause_later{2};
  constexpr milliseconds pause_last{1};
  if (waited < longest / 20) return pause_first;
  return waited < longest / 5 ? pause_later : pause_last;
}

}  // namespace

WriteTurn WriteTurn::wait(const std::filesystem::path& folder, milliseconds longest) {
  FileDescriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto start = steady_clock::now();
  while (opened.is_open() && flock(opened.get(), LOCK_EX | LOCK_NB) != 0) {
    const auto waited = steady_clock::now() - start;
    if ((errno != EWOULDBLOCK && errno != EINTR) || waited >= longest) break;
    std::this_thread::sleep_for(pause_after(waited, longest));
  }
  return WriteTurn(std::move(opened));
}

}  // namespace patchbay::store
