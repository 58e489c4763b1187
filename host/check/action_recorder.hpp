// Takes the actions of a session and holds each to the contract.
#pragma once

#include "host/check/question.hpp"
#include "host/check/transcript.hpp"
#include <patchbay/plugin.h>

#include <cstdint>
#include <set>
#include <string>

namespace patchbay::check {

enum class PartData : std::uint8_t { Kept, Dropped };

class ActionRecorder {
 public:
  ActionRecorder(const RequestStorage& storage, Transcript& seen, PartData part_data)
      : storage_(storage), seen_(seen), part_data_(part_data) {}

  // False where no host could go on with the session.
  [[nodiscard]] bool take(const patchbay_action& action);
  // Whether something of this id was asked for, and has not been given up.
  [[nodiscard]] bool is_under_way(std::uint64_t id) const { return under_way_.contains(id); }
  [[nodiscard]] bool is_timer(std::uint64_t id) const { return timers_.contains(id); }
  // It came to its end.
  void settle(std::uint64_t id) { under_way_.erase(id); }

  void violation(Rule rule, const std::string& what) { seen_.violations.push_back({rule, what}); }

 private:
  void take_known(const patchbay_action& action);
  void begin(std::uint64_t id);
  void take_request(const patchbay_http_request& raw);
  [[nodiscard]] std::string resolved(const patchbay_segment& segment);
  void take_part(const patchbay_part& piece);
  void take_failure(const patchbay_failure& failure);
  void end(Ending ending);

  const RequestStorage& storage_;
  Transcript& seen_;
  PartData part_data_;
  std::set<std::uint64_t> used_;  // every id there ever was
  std::set<std::uint64_t> under_way_;
  std::set<std::uint64_t> timers_;
};

}  // namespace patchbay::check
