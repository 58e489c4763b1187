// One emulated provider: what it answers, without how the answer travels.
#pragma once

#include "core/net/http_server.hpp"
#include "host/emulator/emulator.hpp"
#include "host/emulator/fault.hpp"
#include "host/emulator/reply.hpp"

#include <string_view>

namespace patchbay::emulator {

class Provider {
 public:
  Provider() = default;
  Provider(const Provider&) = delete;
  Provider& operator=(const Provider&) = delete;
  virtual ~Provider() = default;

  // The first part of its paths, such as "/gemini".
  [[nodiscard]] virtual std::string_view prefix() const = 0;
  // `origin` is the server's, such as "http://127.0.0.1:4711".
  [[nodiscard]] virtual ProviderAccess access(std::string_view origin) const = 0;
  [[nodiscard]] virtual FaultScope kind_of(const net::ServerRequest& request) const = 0;
  // Observes the faults that are this provider's own words; the others are for whoever sends it.
  [[nodiscard]] virtual Reply answer(const net::ServerRequest& request, const FaultSet& faults) = 0;
};

}  // namespace patchbay::emulator
