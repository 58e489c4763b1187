// One emulated provider: what it answers, without how the answer travels.
#pragma once

#include "core/net/http_server.hpp"
#include "host/emulator/emulator.hpp"
#include "host/emulator/fault.hpp"
#include "host/emulator/key_ring.hpp"
#include "host/emulator/reply.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace patchbay::emulator {

// Of every picture that a provider shows.
struct PictureChoice {
  std::uint64_t image_bytes = 0;  // size of each file; 0: as it comes
  std::uint64_t seed = 1;
};

class Provider {
 public:
  Provider() = default;
  Provider(const Provider&) = delete;
  Provider& operator=(const Provider&) = delete;
  virtual ~Provider() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;
  // Whether it answers this path, which is decoded.
  [[nodiscard]] virtual bool has_path(std::string_view path) const = 0;
  // `origin` is the server's, such as "http://127.0.0.1:4711".
  [[nodiscard]] virtual ProviderAccess access(std::string_view origin) const = 0;
  [[nodiscard]] virtual FaultScope kind_of(const net::ServerRequest& request) const = 0;
  [[nodiscard]] virtual const KeyRing& keys() const = 0;
  // The key that came with the request, whatever it is worth; empty: none.
  [[nodiscard]] virtual std::string key_of(const net::ServerRequest& request) const = 0;
  // Observes the faults that are this provider's own words; the others are for whoever sends it.
  [[nodiscard]] virtual Reply answer(const net::ServerRequest& request, const FaultSet& faults) = 0;
};

// Whether the path is this one, or below it.
[[nodiscard]] inline bool is_below(std::string_view path, std::string_view prefix) {
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

}  // namespace patchbay::emulator
