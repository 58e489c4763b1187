#include "host/embedding/embedded_host.hpp"

#include <limits>
#include <utility>
#include <vector>

namespace patchbay::embedding {

EmbeddedHost::EmbeddedHost(EmbeddedOptions options)
    : options_(std::move(options)), clock_(options_.unix_ms) {}

EmbeddedHost::~EmbeddedHost() = default;

Result<std::unique_ptr<EmbeddedHost>> EmbeddedHost::open(EmbeddedOptions options) {
  std::unique_ptr<EmbeddedHost> opened(new EmbeddedHost(std::move(options)));
  PATCHBAY_TRY(opened->open_host());
  return opened;
}

Status EmbeddedHost::open_host() {
  Log::Sink log = options_.log ? options_.log : [](LogLevel, std::string_view) {};
  host_ = PATCHBAY_TRY(host::Host::open(options_.host, {clock_, redactor_, std::move(log)}));
  owner_ = std::make_unique<LoopOwner>(host_->loop(), options_.threading);
  PATCHBAY_TRY(owner_->start());
  mailbox_ = std::make_shared<Mailbox>(host_->loop(), owner_->descriptor());
  return {};
}

Result<std::shared_ptr<patchbay_run>> EmbeddedHost::new_run(RunInput input) {
  PATCHBAY_TRY(owner_->check_process());
  return std::make_shared<patchbay_run>(mailbox_, *owner_, std::move(input));
}

void EmbeddedHost::start(const std::shared_ptr<patchbay_run>& run) {
  mailbox_->post([this, run] { begin(run); });
}

void EmbeddedHost::begin(const std::shared_ptr<patchbay_run>& run) {
  running_.insert(run);
  run->begin(*this);
  if (!is_ticking_ && run->wants_progress()) tick_later();
}

// Nobody is told of the progress of nothing.
void EmbeddedHost::tick() {
  const std::vector<std::shared_ptr<patchbay_run>> runs(running_.begin(), running_.end());
  is_ticking_ = false;
  for (const auto& run : runs) {
    if (!run->wants_progress()) continue;
    run->tell_progress();
    is_ticking_ = true;
  }
  if (is_ticking_) tick_later();
}

void EmbeddedHost::tick_later() {
  is_ticking_ = true;
  ticker_ = host_->loop().after(options_.progress_interval, [this] { tick(); });
}

void EmbeddedHost::forget(const std::shared_ptr<patchbay_run>& run) {
  running_.erase(run);
  ++finished_count_;
  stop_when_done();
}

void EmbeddedHost::cancel_all() {
  is_closing_ = true;
  const std::vector<std::shared_ptr<patchbay_run>> runs(running_.begin(), running_.end());
  for (const auto& run : runs) run->cancel_now();
  stop_when_done();
}

void EmbeddedHost::stop_when_done() {
  const bool has_thread = owner_->threading() == Threading::OwnThread;
  if (is_closing_ && has_thread && running_.empty()) host_->loop().stop();
}

Status EmbeddedHost::close() {
  PATCHBAY_TRY(owner_->check_process());
  if (owner_->is_inside()) return usage_error("a callback may not close its host");
  mailbox_->close();
  if (owner_->threading() == Threading::OwnThread) {
    host_->loop().post([this] { cancel_all(); });
    owner_->join();
  } else {
    // Runs that wait in the loop to begin come first.
    bool is_cancelled = false;
    host_->loop().post([this, &is_cancelled] {
      cancel_all();
      is_cancelled = true;
    });
    const auto is_over = [&] { return is_cancelled && running_.empty(); };
    PATCHBAY_TRY(owner_->run_until(is_over, without_limit));
  }
  return {};
}

}  // namespace patchbay::embedding
