// What host and worker say to each other over their socket: frames of numbers and texts. Both ends
// are built from the same source and run on the same machine, so numbers are in its own order; but
// the plugin may have taken over the worker, so the host believes nothing of what it reads.
#pragma once

#include <patchbay/plugin.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace patchbay::host::wire {

enum class Kind : std::uint32_t {
  // Host to worker.
  Open = 1,  // adapter, request: once, first
  Feed = 2,  // an input; every action up to the next rest follows
  // Worker to host.
  Ready = 16,   // how far the worker is confined, once the plugin is loaded
  Opened = 17,  // status and words of open()
  Action = 18,
  Failed = 19,   // words of feed() or next(); nothing follows
  Log = 20,      // level, words
  Refused = 21,  // why the worker or the plugin cannot start; nothing follows
  Denied = 22,   // the number of a system call that the plugin may not make; nothing follows
};

struct Head {
  std::uint32_t size = 0;  // of the body, in bytes
  std::uint32_t kind = 0;
};

inline constexpr std::uint32_t frame_size_max = std::uint32_t{16} << 20U;  // of a body, in bytes
inline constexpr std::uint64_t count_max = std::uint64_t{1}
                                           << 20U;  // more is no count, but garbage

// What the other end has already: bytes of an answer that the adapter hands on are named by their
// place in the input they came with, and cross once.
using Lent = std::string_view;
inline constexpr std::size_t lent_size_min = 64;  // shorter ones are cheaper to repeat

class Writer {
 public:
  explicit Writer(Kind kind, Lent lent = {});

  Writer& number(std::uint32_t value);
  Writer& number(std::uint64_t value);
  Writer& text(std::string_view value);
  // As an adapter gave it: a null pointer stays one, with the length that it claims.
  Writer& text(const patchbay_str& value);
  Writer& text(const patchbay_bytes& value);

  // The whole frame.
  [[nodiscard]] std::string take();

 private:
  void append(const void* bytes, std::size_t size);

  std::string frame_;
  Lent lent_;
};

// Reads a body. Whatever is wrong makes ok() false and every later answer empty.
class Reader {
 public:
  explicit Reader(std::string_view body, Lent lent = {}) noexcept : rest_(body), lent_(lent) {}

  [[nodiscard]] std::uint32_t number32() noexcept;
  [[nodiscard]] std::uint64_t number64() noexcept;
  // Points into the body, or into what was lent.
  [[nodiscard]] patchbay_str text() noexcept;
  [[nodiscard]] patchbay_bytes bytes() noexcept;
  [[nodiscard]] std::string_view view() noexcept;
  // A count of things that take `size` bytes each at least.
  [[nodiscard]] std::size_t count(std::size_t size) noexcept;

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  // Read to its end, and nothing was wrong.
  [[nodiscard]] bool finished() const noexcept { return ok_ && rest_.empty(); }

 private:
  [[nodiscard]] std::string_view cut(std::uint64_t size) noexcept;

  std::string_view rest_;
  Lent lent_;
  bool ok_ = true;
};

}  // namespace patchbay::host::wire
