#include "host/request.hpp"

namespace patchbay::host {

std::string_view to_string(Operation operation) noexcept {
  switch (operation) {
    case Operation::Image: return "image";
    case Operation::Chat: return "chat";
    case Operation::Models: return "models";
    case Operation::Verify: return "verify";
  }
  return "unknown";
}

std::chrono::milliseconds default_deadline(Operation operation) noexcept {
  switch (operation) {
    case Operation::Image: return std::chrono::seconds(300);
    case Operation::Chat: return std::chrono::seconds(120);
    case Operation::Models:
    case Operation::Verify: break;
  }
  return std::chrono::seconds(20);
}

}  // namespace patchbay::host
