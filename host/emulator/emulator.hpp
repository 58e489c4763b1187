// A server on this machine that answers as the providers do, with real pictures, their error
// shapes, and faults on demand: for `patchbay emulate`, tests, demonstrations and plugin authors.
#pragma once

#include "core/base/result.hpp"
#include "core/json/value.hpp"
#include "core/net/event_loop.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::emulator {

inline constexpr std::uint64_t image_bytes_max = std::uint64_t{256} << 20U;

struct Options {
  std::uint16_t port = 0;                // 0: any free one
  std::chrono::milliseconds latency{0};  // before the head of each answer
  std::uint64_t image_bytes = 0;         // size of each picture's file; 0: as it comes
  // Each is NAME, NAME:PROBABILITY ("rate:0.1") or NAME:xN (the first N requests); the names that
  // take a time have it first ("silent:500", "silent:500:x2"). See fault_list(). A request asks for
  // faults of its own by the header x-emulate-fault, or by "emulate:NAME" anywhere in its body.
  // Before the name may stand whom it befalls: "gemini/rate", "gemini/key1/rate:x2".
  std::vector<std::string> faults;
  double fault_rate = 0;    // percent of the generations that meet a fault drawn from all of those
                            // that are marked for it; see fault_list()
  unsigned rate_limit = 0;  // generations a second that each key may make; 0: any number
  std::uint64_t quota = 0;  // generations billed to a key until its quota is used up; 0: no end
  std::chrono::seconds token_life{3600};  // of each access token
  std::uint64_t seed = 1;  // of pictures, ids and probabilities: the same seed, the same run
  std::filesystem::path certificate_file;     // PEM; with private_key_file: https
  std::filesystem::path private_key_file;     // PEM
  std::function<void(std::string_view)> log;  // one line per request, without credentials
};

// What a client needs to use one of the emulated providers.
struct ProviderAccess {
  std::string provider;
  std::string base_url;
  std::string key;                  // accepted; well-formed, and of no use anywhere else
  std::string bad_key;              // well-formed and refused
  std::vector<std::string> keys{};  // all that are accepted without a catch; the first is `key`
  // What only some providers have, such as the address where one logs in.
  std::vector<std::pair<std::string, std::string>> more{};
};

// Since the start.
struct Counts {
  std::uint64_t requests = 0;
  std::uint64_t billed =
      0;  // generations that succeeded, also where the answer was lost on its way
  std::uint64_t images = 0;  // pictures in those
  std::uint64_t refused_credentials = 0;
  std::uint64_t faulted = 0;          // requests that got at least one fault
  std::uint64_t concurrent = 0;       // being answered now
  std::uint64_t peak_concurrent = 0;  // the most at once
};

// The same for one key of one provider. Keys have names here ("key1", "bad_key", "none",
// "unknown", "login1"), as counts are printed.
struct KeyCounts {
  std::string provider;
  std::string key;
  std::uint64_t requests = 0;
  std::uint64_t billed = 0;
  std::uint64_t images = 0;
  std::uint64_t refused = 0;  // for the key itself
  double cost_usd = 0;        // as the answers tell it, where the provider tells
};

[[nodiscard]] json::Value counts_document(const Counts& counts, std::span<const KeyCounts> keys);

struct FaultDescription {
  std::string_view name;
  std::string_view meaning;
  bool is_drawn;  // whether Options::fault_rate may draw it
};

[[nodiscard]] std::vector<FaultDescription> fault_list();

// Lives on the loop's thread; counts(), key_counts(), port() and access() may be called from any.
class Emulator {
 public:
  // Errors: BadInput, for a fault that does not exist or options that contradict each other;
  // Network, where the port cannot be had.
  [[nodiscard]] static Result<std::unique_ptr<Emulator>> start(net::EventLoop& loop,
                                                               Options options);
  Emulator(const Emulator&) = delete;
  Emulator& operator=(const Emulator&) = delete;
  // Breaks off whatever is being answered.
  ~Emulator();

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::vector<ProviderAccess> access() const;
  [[nodiscard]] Counts counts() const;
  // Of every key that came, by provider and name.
  [[nodiscard]] std::vector<KeyCounts> key_counts() const;

 private:
  class State;
  explicit Emulator(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace patchbay::emulator
