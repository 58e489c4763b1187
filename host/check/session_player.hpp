// A host for checks: plays answers to one session of a plugin, and notes what it does and where it
// breaks the contract.
#pragma once

#include "host/check/action_recorder.hpp"
#include "host/check/question.hpp"
#include "host/check/transcript.hpp"
#include <patchbay/plugin.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace patchbay::check {

// How the last reply ends, after `limit` bytes of its body.
enum class Cut : std::uint8_t { Complete, Truncated, ConnectionLost, Cancelled, Closed };
// What becomes of an input's bytes once the session is idle.
enum class Borrowed : std::uint8_t { Overwritten, Kept };
enum class Noise : std::uint8_t { None, UnknownInputs };

struct Play {
  std::function<std::size_t()> chunk_size = [] { return std::numeric_limits<std::size_t>::max(); };
  std::size_t limit = std::numeric_limits<std::size_t>::max();
  Cut cut = Cut::Complete;
  // Runs around every call into the plugin, for tests that watch its memory.
  std::function<void(bool inside)> boundary = [](bool) {};
  // Makes every call into the plugin, where it is not to be made right here.
  std::function<void(const std::function<void()>& call)> caller = {};
  Room room = Room::Exact;
  Borrowed borrowed = Borrowed::Overwritten;
  Noise noise = Noise::None;
  // How often the last reply is given again to a session that asks on.
  unsigned repeats_max = 0;
  PartData part_data = PartData::Kept;
  // Runs after every input.
  std::function<void()> after_input = [] {};
};

// One input at a time, so that others may run in between. Closes the session when it goes.
class SessionPlayer {
 public:
  // All must outlive it.
  SessionPlayer(const patchbay_module& module,
                const Question& question,
                const std::vector<Reply>& replies,
                const Play& how);
  SessionPlayer(const SessionPlayer&) = delete;
  SessionPlayer& operator=(const SessionPlayer&) = delete;
  ~SessionPlayer();

  // False once the session is over, or waits for a reply that is not there.
  bool step();
  [[nodiscard]] bool is_open() const { return !over_ && session_ != nullptr; }
  void cancel();
  // Looks whether it stays ended, closes it, and gives what was seen.
  [[nodiscard]] Transcript finish();

 private:
  // Where the exchange under way is; None: between two of them.
  enum class Phase : std::uint8_t { Open, None, Head, Body };

  void let_time_pass();
  void step_exchange();
  bool begin_exchange();
  void give_head();
  void give_body();
  void give_end();
  [[nodiscard]] bool is_last_reply() const { return reply_ + 1 == replies_.size(); }
  [[nodiscard]] const Reply& reply() const { return replies_[reply_]; }

  void call(const std::function<void()>& inside);
  [[nodiscard]] patchbay_status call_feed(std::uint32_t kind,
                                          std::uint64_t id,
                                          const void* payload);
  void feed(std::uint32_t kind, std::uint64_t id, const void* payload);
  void drain();
  void rest(std::uint64_t id);
  void make_noise();
  void look_at_its_end();
  void close();
  void broken(const std::string& why);

  const patchbay_module& module_;
  const std::vector<Reply>& replies_;
  const Play& how_;
  RequestStorage storage_;
  Transcript seen_;
  ActionRecorder recorder_;
  PlacedStruct<patchbay_host> host_;
  PlacedStruct<patchbay_err> err_;
  PlacedStruct<patchbay_input> input_;
  PlacedStruct<patchbay_action> action_;
  patchbay_session* session_ = nullptr;
  std::vector<std::unique_ptr<char[]>> kept_;  // bytes that were lent, where they are to be kept
  Phase phase_ = Phase::Open;
  std::size_t reply_ = 0;
  std::size_t offset_ = 0;  // within the reply's body
  unsigned repeats_ = 0;
  std::uint64_t awaited_ = 0;
  unsigned timers_ = 0;
  bool over_ = false;
};

[[nodiscard]] Transcript play(const patchbay_module& module,
                              const Question& question,
                              const std::vector<Reply>& replies,
                              const Play& how = {});

}  // namespace patchbay::check
