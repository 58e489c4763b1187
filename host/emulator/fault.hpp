// What can be made to go wrong, and which faults a request meets.
#pragma once

#include "core/base/result.hpp"
#include "core/media/random.hpp"
#include "core/net/http_server.hpp"

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::emulator {

enum class Fault : std::uint8_t {
#define PATCHBAY_FAULT(name, word, scope, drawing, meaning) name,
#include "host/emulator/faults.def"
#undef PATCHBAY_FAULT
};

// Which requests a fault can befall; which kind a request is.
enum class FaultScope : std::uint8_t { Any, Generation };

// Whether a fault is among those that are drawn at random; the others come by name only, as they
// would go on for ever or would mean something for other requests too.
enum class FaultDrawing : std::uint8_t { Drawn, Named };

// Who asks whom, by the names that counts and rules use; empty: nobody that is known.
struct RequestSource {
  std::string provider;
  std::string key;
};

// The faults of one request. They combine where they can; of two whole answers the first in the
// table is given.
class FaultSet {
 public:
  void add(Fault fault, std::optional<std::chrono::milliseconds> time);

  [[nodiscard]] bool has(Fault fault) const { return times_.contains(fault); }
  [[nodiscard]] bool has_any(std::initializer_list<Fault> faults) const;
  // The time that came with the fault, or the default where none did.
  [[nodiscard]] std::chrono::milliseconds time(Fault fault,
                                               std::chrono::milliseconds otherwise) const;
  [[nodiscard]] bool empty() const { return times_.empty(); }
  // "rate, split"
  [[nodiscard]] std::string words() const;

  // A name that was asked for and does not exist; empty: none.
  [[nodiscard]] const std::string& unknown_name() const { return unknown_name_; }
  void add_unknown(std::string name) { unknown_name_ = std::move(name); }

 private:
  std::string unknown_name_;
  std::map<Fault, std::optional<std::chrono::milliseconds>> times_;
};

// One entry of Options::faults.
struct FaultRule {
  Fault fault = Fault::Rate;
  std::optional<std::chrono::milliseconds> time;
  double probability = 1.0;
  std::optional<std::uint64_t> requests_left;  // none: for ever
  RequestSource befalls{};                     // empty: any
};

// Errors: BadInput, naming the nearest fault there is.
[[nodiscard]] Result<FaultRule> parse_fault_rule(std::string_view text);

// Draws the faults of each request, reproducibly for a seed.
class FaultPlan {
 public:
  // `rate` is the percentage of generations that meet a fault of the plan's choice.
  [[nodiscard]] static Result<FaultPlan> create(std::span<const std::string> rules,
                                                std::uint64_t seed,
                                                double rate = 0);
  [[nodiscard]] FaultSet draw(const net::ServerRequest& request,
                              FaultScope kind,
                              const RequestSource& source = {});
  // The providers that rules name.
  [[nodiscard]] std::vector<std::string> providers() const;

 private:
  FaultPlan(std::vector<FaultRule> rules, std::uint64_t seed, double rate);
  [[nodiscard]] bool happens(double probability);

  std::vector<FaultRule> rules_;
  double rate_ = 0;  // 0 to 1
  media::Random random_;
};

}  // namespace patchbay::emulator
