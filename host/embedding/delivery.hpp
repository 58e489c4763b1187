// Hands finished images to an application, as fast as it takes them.
#pragma once

#include "core/net/event_loop.hpp"
#include "host/embedding/run_output.hpp"
#include <patchbay/host.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace patchbay::embedding {

// On the loop's thread; one piece for each turn of the loop. Dropping it ends it without a word.
class Delivery {
 public:
  using Done = std::function<void(Status)>;

  // `run` and `observer` outlive it. `done` is called once, from the loop; it may drop this object.
  Delivery(net::EventLoop& loop,
           patchbay_run* run,
           const patchbay_observer& observer,
           std::vector<SpooledImage> images,
           Done done);
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;

  // After the application took less than it was given.
  void resume();

 private:
  static constexpr std::size_t piece_size = std::size_t{64} << 10U;

  void go_on();
  void step();
  void begin_image();
  [[nodiscard]] bool end_image_when_read();
  void offer();
  void finish(Status status);
  [[nodiscard]] patchbay_run_image facts() const;

  net::EventLoop& loop_;
  patchbay_run* run_;
  const patchbay_observer& observer_;
  std::vector<SpooledImage> images_;
  Done done_;
  std::size_t index_ = 0;     // of the image
  std::uint64_t offset_ = 0;  // of it: bytes that were read
  bool has_begun_ = false;
  bool is_waiting_ = false;
  std::vector<std::uint8_t> piece_;
  std::size_t taken_ = 0;  // of the piece
  net::EventLoop::Timer timer_;
};

}  // namespace patchbay::embedding
