#include "host/check/session_player.hpp"

#include <patchbay/scalars.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

namespace patchbay::check {
namespace {

constexpr std::uint64_t now_unix_ms = 1'700'000'000'000U;
constexpr std::uint64_t actions_max = 50'000;  // after one input: a session that never rests
constexpr unsigned timers_max = 64;            // of one session
constexpr std::uint32_t unknown_inputs[] = {99, 0x80000001U};

void note_log(void* context, std::int32_t, patchbay_str message) noexcept {
  try {
    static_cast<Transcript*>(context)->log.append(to_view(message)).push_back('\n');
  } catch (...) {  // out of memory: what is lost is a line of a log
  }
}
const void* no_extension(void*, const char*) noexcept {
  return nullptr;
}

// A head whose text is overwritten when it goes, as a host's would be.
class LentHead {
 public:
  LentHead(const Reply& reply, Room room, Borrowed borrowed)
      : borrowed_(borrowed), text_(reply.headers), head_(room, {}) {
    for (const auto& [name, value] : text_) headers_.push_back({to_str(name), to_str(value)});
    head_->status = reply.status;
    head_->headers = headers_.data();
    head_->header_count = headers_.size();
  }
  LentHead(const LentHead&) = delete;
  LentHead& operator=(const LentHead&) = delete;
  ~LentHead() {
    if (borrowed_ == Borrowed::Kept) return;
    for (auto& [name, value] : text_) {
      std::fill(name.begin(), name.end(), '\xEE');
      std::fill(value.begin(), value.end(), '\xEE');
    }
  }
  [[nodiscard]] const patchbay_http_head* get() const { return head_.get(); }

 private:
  Borrowed borrowed_;
  Pairs text_;
  std::vector<patchbay_kv> headers_;
  PlacedStruct<patchbay_http_head> head_;
};

}  // namespace

SessionPlayer::SessionPlayer(const patchbay_module& module,
                             const Question& question,
                             const std::vector<Reply>& replies,
                             const Play& how)
    : module_(module),
      replies_(replies),
      how_(how),
      storage_(question, how.room),
      recorder_(storage_, seen_, how.part_data),
      host_(how.room, {0, PATCHBAY_ABI_MINOR, &seen_, note_log, no_extension}),
      err_(how.room, {}),
      input_(how.room, {}),
      action_(how.room, {}) {
  call([&] {
    const patchbay_status opened =
        module_.open(question.adapter, host_.get(), &storage_.request(), &session_, err_.get());
    if (opened != PATCHBAY_OK) broken(err_->message);
  });
}

SessionPlayer::~SessionPlayer() {
  close();
}

bool SessionPlayer::step() {
  if (over_) return false;
  if (phase_ == Phase::Open) {
    phase_ = Phase::None;
    feed(PATCHBAY_IN_START, 0, nullptr);
    return !over_;
  }
  if (recorder_.is_timer(awaited_)) {
    let_time_pass();
    return !over_;
  }
  if (phase_ == Phase::None && !begin_exchange()) return false;
  step_exchange();
  return !over_;
}

void SessionPlayer::let_time_pass() {
  if (++timers_ > timers_max) {
    recorder_.violation(Rule::Rest, "it waits again and again");
    return broken("see its violations");
  }
  const std::uint64_t id = awaited_;
  recorder_.settle(id);
  feed(PATCHBAY_IN_TIMER, id, nullptr);
}

bool SessionPlayer::begin_exchange() {
  if (replies_.empty()) return false;
  if (seen_.replies_taken > 0) {
    const bool repeats = is_last_reply();
    if (repeats && repeats_++ >= how_.repeats_max) return false;
    if (!repeats) ++reply_;
  }
  ++seen_.replies_taken;
  offset_ = 0;
  phase_ = Phase::Head;
  return true;
}

void SessionPlayer::step_exchange() {
  const std::size_t end =
      is_last_reply() ? std::min(how_.limit, reply().body.size()) : reply().body.size();
  if (phase_ == Phase::Head) return give_head();
  if (offset_ < end) return give_body();
  give_end();
}

void SessionPlayer::give_head() {
  phase_ = Phase::Body;
  if (reply().status == 0) {
    phase_ = Phase::None;
    patchbay_http_fail raw{};
    raw.kind = PATCHBAY_FAIL_POLICY;
    raw.message = to_str("the host does not send this");
    const PlacedStruct<patchbay_http_fail> fail(how_.room, raw);
    const std::uint64_t id = awaited_;
    recorder_.settle(id);
    return feed(PATCHBAY_IN_HTTP_FAIL, id, fail.get());
  }
  const LentHead head(reply(), how_.room, how_.borrowed);
  const std::uint64_t exchange = awaited_;
  feed(PATCHBAY_IN_HTTP_HEAD, exchange, head.get());
  if (awaited_ != exchange) phase_ = Phase::None;
}

// Each chunk is its own block, overwritten and freed as soon as the session is idle.
void SessionPlayer::give_body() {
  const std::size_t end =
      is_last_reply() ? std::min(how_.limit, reply().body.size()) : reply().body.size();
  const std::size_t size = std::min(std::max<std::size_t>(1, how_.chunk_size()), end - offset_);
  auto block = std::make_unique<char[]>(size);
  std::memcpy(block.get(), reply().body.data() + offset_, size);
  offset_ += size;
  const patchbay_bytes bytes = to_bytes({block.get(), size});
  const std::uint64_t exchange = awaited_;
  feed(PATCHBAY_IN_HTTP_DATA, exchange, &bytes);
  if (how_.borrowed == Borrowed::Overwritten) std::memset(block.get(), 0xEE, size);
  if (how_.borrowed == Borrowed::Kept) kept_.push_back(std::move(block));
  if (awaited_ != exchange) phase_ = Phase::None;
}

void SessionPlayer::give_end() {
  phase_ = Phase::None;
  const Cut cut = is_last_reply() ? how_.cut : Cut::Complete;
  const std::uint64_t id = awaited_;
  if (cut == Cut::Closed) return close();
  if (cut == Cut::Cancelled) return cancel();
  recorder_.settle(id);
  if (cut != Cut::ConnectionLost) return feed(PATCHBAY_IN_HTTP_END, id, nullptr);
  patchbay_http_fail raw{};
  raw.kind = PATCHBAY_FAIL_NETWORK;
  raw.sent = 1;
  raw.message = to_str("connection reset");
  const PlacedStruct<patchbay_http_fail> fail(how_.room, raw);
  feed(PATCHBAY_IN_HTTP_FAIL, id, fail.get());
}

void SessionPlayer::cancel() {
  if (!over_) feed(PATCHBAY_IN_CANCEL, 0, nullptr);
}

void SessionPlayer::call(const std::function<void()>& inside) {
  const auto bounded = [&] {
    how_.boundary(true);
    inside();
    how_.boundary(false);
  };
  how_.caller ? how_.caller(bounded) : bounded();
}

patchbay_status SessionPlayer::call_feed(std::uint32_t kind,
                                         std::uint64_t id,
                                         const void* payload) {
  patchbay_status status = PATCHBAY_OK;
  input_ = {0, kind, id, now_unix_ms, payload};
  call([&] { status = module_.feed(session_, input_.get(), err_.get()); });
  return status;
}

void SessionPlayer::feed(std::uint32_t kind, std::uint64_t id, const void* payload) {
  if (over_) return;
  if (call_feed(kind, id, payload) != PATCHBAY_OK) return broken(err_->message);
  drain();
  how_.after_input();
  if (!over_ && how_.noise == Noise::UnknownInputs) make_noise();
}

void SessionPlayer::drain() {
  for (std::uint64_t run = 0; run < actions_max; ++run) {
    action_.poison();
    patchbay_status status = PATCHBAY_OK;
    call([&] { status = module_.next(session_, action_.get(), err_.get()); });
    if (status != PATCHBAY_OK) return broken(err_->message);
    seen_.actions_in_a_row = std::max(seen_.actions_in_a_row, run);
    if (action_->kind == PATCHBAY_ACT_IDLE) return rest(action_->id);
    if (!recorder_.take(*action_.get())) return broken("see its violations");
    if (seen_.ending != Ending::None) return void(over_ = true);
    if (run != 0 || input_->kind != PATCHBAY_IN_HTTP_DATA) continue;
    const patchbay_input again = *input_.get();
    if (call_feed(again.kind, again.id, again.payload) != PATCHBAY_E_STATE)
      recorder_.violation(Rule::Turn, "it accepts an input before it was idle");
  }
  recorder_.violation(Rule::Rest, "it never rests");
  broken("see its violations");
}

void SessionPlayer::rest(std::uint64_t id) {
  awaited_ = id;
  if (recorder_.is_under_way(id)) return;
  recorder_.violation(Rule::Rest,
                      "it waits for " + std::to_string(id) + ", of which nothing can come");
  broken("see its violations");
}

// As a newer host might: a plugin ignores what it does not know.
void SessionPlayer::make_noise() {
  for (const std::uint32_t kind : unknown_inputs) {
    const std::uint64_t awaited = awaited_;
    if (call_feed(kind, awaited, nullptr) != PATCHBAY_OK) return broken(err_->message);
    drain();
    if (over_) return;
  }
}

// After the end: inputs are ignored, and next() repeats itself.
void SessionPlayer::look_at_its_end() {
  if (seen_.ending != Ending::Done && seen_.ending != Ending::Failed) return;
  if (call_feed(PATCHBAY_IN_HTTP_END, awaited_, nullptr) != PATCHBAY_OK)
    recorder_.violation(Rule::AfterEnd, "it refuses an input after its end");
  const std::uint32_t end = seen_.ending == Ending::Done ? PATCHBAY_ACT_DONE : PATCHBAY_ACT_ERROR;
  patchbay_status status = PATCHBAY_OK;
  call([&] { status = module_.next(session_, action_.get(), err_.get()); });
  if (status != PATCHBAY_OK || action_->kind != end)
    recorder_.violation(Rule::AfterEnd, "it does not repeat its end");
}

void SessionPlayer::broken(const std::string& why) {
  seen_.ending = Ending::Broken;
  seen_.failure.message = why;
  over_ = true;
}

void SessionPlayer::close() {
  over_ = true;
  if (session_ == nullptr) return;
  call([&] { module_.close(session_); });
  session_ = nullptr;
}

Transcript SessionPlayer::finish() {
  if (session_ != nullptr) look_at_its_end();
  close();
  return std::move(seen_);
}

Transcript play(const patchbay_module& module,
                const Question& question,
                const std::vector<Reply>& replies,
                const Play& how) {
  SessionPlayer player(module, question, replies, how);
  while (player.step()) {
  }
  return player.finish();
}

}  // namespace patchbay::check
