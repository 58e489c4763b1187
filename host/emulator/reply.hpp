// What a request is answered with, before it is known how well the bytes will travel.
#pragma once

#include "core/net/http_server.hpp"
#include "host/emulator/body.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::emulator {

enum class Charge : std::uint8_t { None, Billed };
enum class Credential : std::uint8_t { Accepted, Refused };

// Silence in the middle of a body.
struct Pause {
  std::uint64_t after = 0;  // characters of the body
  std::chrono::milliseconds time{0};
};

struct Reply {
  unsigned status = 200;
  std::vector<net::Header> headers;
  Body body;
  Charge charge = Charge::None;
  Credential credential = Credential::Accepted;
  unsigned image_count = 0;
  double cost_usd = 0;  // as the answer tells it
  std::optional<Pause> pause;

  void set_type(std::string_view content_type);
};

// A whole answer of one text.
[[nodiscard]] Reply make_reply(unsigned status, std::string_view content_type, std::string text);

}  // namespace patchbay::emulator
