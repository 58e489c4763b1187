// A home with a key for the emulator, and what tests of the C interface share.
#pragma once

#include "tests/support/temp_dir.hpp"
#include <patchbay/host.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::testing {

struct ErrorDeleter {
  void operator()(patchbay_error* error) const { patchbay_error_free(error); }
};
using OwnedError = std::unique_ptr<patchbay_error, ErrorDeleter>;

struct RunDeleter {
  void operator()(patchbay_run* run) const { patchbay_run_release(run); }
};
using OwnedRun = std::unique_ptr<patchbay_run, RunDeleter>;

// A test that fails with the error's words, where there is one.
void must(patchbay_error* error);
// The name of its code; "" where there is none.
[[nodiscard]] std::string name_of(patchbay_error* error);

// The emulator on a thread of its own, a home whose only provider with a key is that emulator, and
// `placeholder`, which needs none.
class EmbeddedHome {
 public:
  EmbeddedHome();
  EmbeddedHome(const EmbeddedHome&) = delete;
  EmbeddedHome& operator=(const EmbeddedHome&) = delete;
  ~EmbeddedHome();

  [[nodiscard]] std::filesystem::path folder() const;
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const;
  [[nodiscard]] const std::string& key() const;
  [[nodiscard]] const std::string& bad_key() const;
  [[nodiscard]] const std::string& endpoint() const;
  // The options of a host on it; valid while this object lives.
  [[nodiscard]] patchbay_host_options options() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Closes itself.
class OpenedHost {
 public:
  explicit OpenedHost(const patchbay_host_options& options) {
    must(patchbay_host_open(&options, &host_));
  }
  OpenedHost(const OpenedHost&) = delete;
  OpenedHost& operator=(const OpenedHost&) = delete;
  ~OpenedHost() {
    if (host_ != nullptr) patchbay_error_free(patchbay_host_close(host_));
  }
  [[nodiscard]] patchbay_host_handle* get() const { return host_; }
  void close() { must(patchbay_host_close(std::exchange(host_, nullptr))); }

 private:
  patchbay_host_handle* host_ = nullptr;
};

// A request for an image of the emulator, or of `placeholder`.
[[nodiscard]] patchbay_run_options image_of(const char* provider, const char* prompt = "a cat");

// An observer whose callbacks are functions of C++, on the loop's thread.
struct Watcher {
  std::function<void(const patchbay_run_progress&)> on_progress;
  std::function<void(std::string_view)> on_text;
  std::function<void(const patchbay_run_image&)> on_begin;
  std::function<std::uint64_t(patchbay_run*, std::string_view)> on_bytes;
  std::function<void(const patchbay_run_image&)> on_end;
  std::function<void(const patchbay_run_usage&)> on_usage;
  std::function<void(patchbay_run*, const patchbay_answer*, const patchbay_error*)> on_done;

  [[nodiscard]] patchbay_observer observer();
};

}  // namespace patchbay::testing
