// Numbers that look random and are the same for the same seed: for pictures and their padding.
#pragma once

#include <cstdint>
#include <span>

namespace patchbay::media {

// SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  [[nodiscard]] std::uint64_t next() {
    state_ += 0x9E37'79B9'7F4A'7C15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58'476D'1CE4'E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D0'49BB'1331'11EBU;
    return mixed ^ (mixed >> 31U);
  }
  void fill(std::span<std::uint8_t> bytes) {
    while (bytes.size() >= sizeof(std::uint64_t)) {
      std::uint64_t number = next();
      for (std::uint8_t& byte : bytes.first<sizeof number>()) {
        byte = static_cast<std::uint8_t>(number);
        number >>= 8U;
      }
      bytes = bytes.subspan(sizeof number);
    }
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(next());
  }
  // From 0 up to and without `limit`, which is not 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t limit) { return next() % limit; }

 private:
  std::uint64_t state_;
};

}  // namespace patchbay::media
