// The emulator's own addresses, below /emulator: what it counted, and what goes wrong from now on.
#pragma once

#include "core/json/value.hpp"
#include "core/net/http_server.hpp"
#include "host/emulator/emulator.hpp"
#include "host/emulator/reply.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::emulator {

inline constexpr std::string_view control_path = "/emulator";

struct ControlActions {
  std::function<json::Value()> counts;
  std::function<void()> reset;
  std::function<Status(const std::vector<std::string>&)> set_faults;
};

// GET counts, DELETE counts (from zero again), PUT faults {"faults": ["NAME[:…]"]}.
[[nodiscard]] Reply answer_control(const net::ServerRequest& request,
                                   const ControlActions& actions);

}  // namespace patchbay::emulator
