// OpenRouter's login for programs: a code for a challenge, and a key for the code with its
// verifier.
#pragma once

#include "core/media/random.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace patchbay::emulator {

class PkceCodes {
 public:
  static constexpr std::size_t count_max = 256;  // the newest are kept
  static constexpr std::chrono::minutes life_time{10};

  explicit PkceCodes(std::uint64_t seed) : random_(seed) {}

  enum class Verdict : std::uint8_t { Valid, UnknownMethod, Wrong, Expired };

  // A code for a challenge of the method ("S256", "plain", or both empty). Empty: no such method.
  [[nodiscard]] std::string issue(std::string_view challenge,
                                  std::string_view method,
                                  std::int64_t now_ms);
  // A code is good for one attempt.
  [[nodiscard]] Verdict redeem(std::string_view code,
                               std::string_view verifier,
                               std::string_view method,
                               std::int64_t now_ms);

 private:
  struct Entry {
    std::string code;
    std::string challenge;
    std::string method;
    std::int64_t issued_ms;
  };

  media::Random random_;
  std::deque<Entry> entries_;
};

}  // namespace patchbay::emulator
