// patchbay/run.h: the functions.
#include "host/embedding/embedded_host.hpp"
#include "host/embedding/error.hpp"
#include "host/embedding/request_reading.hpp"
#include "host/embedding/run.hpp"

#include <utility>

namespace patchbay::embedding {
namespace {

Result<OutputPlace> read_place(const patchbay_run_options& options) {
  OutputPlace place;
  if (options.operation != PATCHBAY_RUN_IMAGE) return place;
  if (options.output > PATCHBAY_OUTPUT_OBSERVER)
    return usage_error("images go to memory, to a file or to the observer");
  place.kind = static_cast<OutputKind>(options.output);
  if (place.kind == OutputKind::File) {
    if (!is_given(options.file)) return usage_error("a run into a file has no file");
    place.file = options.file;
    const bool replaces = (options.flags & PATCHBAY_RUN_REPLACE_FILE) != 0;
    place.if_exists = replaces ? IfExists::Replace : IfExists::Fail;
  }
  if (options.memory_max > 0) place.memory_max = options.memory_max;
  return place;
}

Status submit(patchbay_host_handle* host,
              const patchbay_run_options* given,
              const patchbay_observer* observer,
              patchbay_run** run) {
  if (run != nullptr) *run = nullptr;
  const patchbay_run_options options = copied(given);
  RunInput input;
  input.request = PATCHBAY_TRY(read_request(options));
  input.place = PATCHBAY_TRY(read_place(options));
  input.observer = copied(observer);
  const auto made = PATCHBAY_TRY(host->host->new_run(std::move(input)));
  // Before it starts: its callbacks may come before this returns.
  if (run != nullptr) {
    made->hold();
    *run = made.get();
  }
  host->host->start(made);
  return {};
}

}  // namespace
}  // namespace patchbay::embedding

using namespace patchbay;             // NOLINT(google-build-using-namespace): C functions follow
using namespace patchbay::embedding;  // NOLINT(google-build-using-namespace): likewise

patchbay_error* patchbay_run_submit(patchbay_host_handle* host,
                                    const patchbay_run_options* options,
                                    const patchbay_observer* observer,
                                    patchbay_run** run) {
  return guarded([&] { return submit(host, options, observer, run); });
}

patchbay_error* patchbay_host_ask(patchbay_host_handle* host,
                                  const patchbay_run_options* options,
                                  patchbay_run** run) {
  return guarded([&]() -> Status {
    if (run == nullptr) return usage_error("patchbay_host_ask() has nowhere to put the run");
    *run = nullptr;
    if (host->host->owner().is_inside()) return usage_error("a callback may not wait for a run");
    PATCHBAY_TRY(submit(host, options, nullptr, run));
    return (*run)->wait(without_limit);
  });
}

void patchbay_run_cancel(patchbay_run* run) {
  static_cast<void>(guarded([&]() -> Status {
    run->cancel();
    return {};
  }));
}

void patchbay_run_resume(patchbay_run* run) {
  static_cast<void>(guarded([&]() -> Status {
    run->resume();
    return {};
  }));
}

uint32_t patchbay_run_is_over(const patchbay_run* run) {
  return run->is_over() ? 1 : 0;
}

patchbay_error* patchbay_run_wait(patchbay_run* run, uint64_t timeout_ms) {
  return guarded([&] { return run->wait(timeout_ms); });
}

const patchbay_answer* patchbay_run_answer(const patchbay_run* run) {
  return run->answer();
}

const patchbay_error* patchbay_run_error(const patchbay_run* run) {
  return run->error();
}

void patchbay_run_release(patchbay_run* run) {
  if (run != nullptr) run->release();
}
