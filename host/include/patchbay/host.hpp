// Patchbay inside an application, in C++20: hosts, runs and answers as values. Header only, over
// host.h, which says what holds for threads and for the process.
#pragma once

#include <patchbay/host_request.hpp>
#include <patchbay/host_values.hpp>

#include <memory>
#include <mutex>
#include <stop_token>

namespace patchbay::embed {
inline namespace v0 {

enum class Threading : std::uint32_t {
  OwnThread = PATCHBAY_HOST_OWN_THREAD,
  YourLoop = PATCHBAY_HOST_YOUR_LOOP,
};
enum class LogLevel : std::uint32_t {
  Error = PATCHBAY_HOST_ERROR,
  Warning = PATCHBAY_HOST_WARNING,
  Info = PATCHBAY_HOST_INFO,
  Debug = PATCHBAY_HOST_DEBUG,
};
enum class UseEnvironment : std::uint8_t { No, Yes };

// See patchbay_host_options; what is empty is not given.
struct HostOptions {
  Threading threading = Threading::OwnThread;
  UseEnvironment use_environment = UseEnvironment::No;
  std::uint32_t connections_max = 0;
  std::chrono::milliseconds progress_interval{0};
  std::string home;
  std::string database_file;
  std::string environment;
  std::string service_key_file;
  std::string plugin_directory;
  std::vector<std::string> plugin_paths;
  std::string ca_file;
  std::string proxy_url;
  LogLevel log_level = LogLevel::Warning;
  std::function<void(LogLevel level, std::string_view line)> log;
  std::function<std::int64_t()> unix_ms;
};

namespace detail {

struct RunRelease {
  void operator()(patchbay_run* run) const noexcept { patchbay_run_release(run); }
};

// An observer and the token that stops its run: freed by the end, which always comes.
struct Watch {
  struct Cancel {
    patchbay_run* run;
    void operator()() const noexcept { patchbay_run_cancel(run); }
  };
  Observer observer;
  std::mutex mutex;
  bool is_done = false;  // under the mutex, as is the next
  std::unique_ptr<std::stop_callback<Cancel>> stop_callback;

  // Called once the run is under way; its end may have come before.
  void stop_by(const std::stop_token& token, patchbay_run* run) {
    const std::lock_guard lock(mutex);
    if (!is_done && token.stop_possible())
      stop_callback = std::make_unique<std::stop_callback<Cancel>>(token, Cancel{run});
  }

  template <typename Call>
  static void guarded(patchbay_run* run, Call call) noexcept {
    try {
      call();
    } catch (...) {
      patchbay_run_cancel(run);
    }
  }
  static Watch& of(void* user) { return **static_cast<std::shared_ptr<Watch>*>(user); }

  static void on_progress(void* user, patchbay_run* run, const patchbay_run_progress* progress) {
    guarded(run, [&] {
      of(user).observer.on_progress(std::chrono::milliseconds(progress->elapsed_ms),
                                    progress->bytes_received);
    });
  }
  static void on_text(void* user, patchbay_run* run, const char* text, std::uint64_t size) {
    guarded(run, [&] { of(user).observer.on_text({text, size}); });
  }
  static void on_image_begin(void* user, patchbay_run* run, const patchbay_run_image* image) {
    guarded(run, [&] { of(user).observer.on_image_begin(Image::copy_of(*image)); });
  }
  static std::uint64_t on_image_bytes(void* user,
                                      patchbay_run* run,
                                      const void* bytes,
                                      std::uint64_t size) {
    std::uint64_t taken = PATCHBAY_RUN_STOP;
    guarded(run, [&] {
      taken = of(user).observer.on_image_bytes({static_cast<const std::byte*>(bytes), size});
    });
    return taken;
  }
  static void on_image_end(void* user, patchbay_run* run, const patchbay_run_image* image) {
    guarded(run, [&] { of(user).observer.on_image_end(Image::copy_of(*image)); });
  }
  static void on_usage(void* user, patchbay_run* run, const patchbay_run_usage* usage) {
    guarded(run, [&] { of(user).observer.on_usage(Usage::copy_of(*usage)); });
  }
  static void on_done(void* user,
                      patchbay_run* run,
                      const patchbay_answer* answer,
                      const patchbay_error* error) {
    const std::unique_ptr<std::shared_ptr<Watch>> owned(static_cast<std::shared_ptr<Watch>*>(user));
    Watch& watch = **owned;
    std::unique_ptr<std::stop_callback<Cancel>> over;
    {
      const std::lock_guard lock(watch.mutex);
      watch.is_done = true;
      over = std::move(watch.stop_callback);
    }
    over.reset();  // not under the mutex: it may have to wait for one that is being called
    if (!watch.observer.on_done) return;
    guarded(run, [&] {
      watch.observer.on_done(answer != nullptr ? Result<Answer>(Answer::copy_of(*answer))
                                               : Result<Answer>(Error::copy_of(*error)));
    });
  }

  [[nodiscard]] patchbay_observer functions() const {
    auto given = PATCHBAY_INIT(patchbay_observer);
    given.on_progress = observer.on_progress ? on_progress : nullptr;
    given.on_text = observer.on_text ? on_text : nullptr;
    given.on_image_begin = observer.on_image_begin ? on_image_begin : nullptr;
    given.on_image_bytes = observer.on_image_bytes ? on_image_bytes : nullptr;
    given.on_image_end = observer.on_image_end ? on_image_end : nullptr;
    given.on_usage = observer.on_usage ? on_usage : nullptr;
    given.on_done = on_done;
    return given;
  }
};

}  // namespace detail

// One request, under way or over. Dropping it lets it go on.
class Run {
 public:
  void cancel() { patchbay_run_cancel(run_.get()); }
  // After on_image_bytes took less than it was given.
  void resume() { patchbay_run_resume(run_.get()); }
  [[nodiscard]] bool is_over() const { return patchbay_run_is_over(run_.get()) != 0; }
  // Errors: the run's own. See patchbay_run_wait() for where it may be called.
  [[nodiscard]] Result<Answer> wait() {
    const Status status = Status::of(patchbay_run_wait(run_.get(), UINT64_MAX));
    if (!status.ok()) return status.error();
    return Answer::copy_of(*patchbay_run_answer(run_.get()));
  }
  // False where it is still under way then.
  [[nodiscard]] bool wait_for(std::chrono::milliseconds timeout) {
    patchbay_error_free(patchbay_run_wait(run_.get(), static_cast<std::uint64_t>(timeout.count())));
    return is_over();
  }
  [[nodiscard]] patchbay_run* get() const { return run_.get(); }

 private:
  friend class Host;
  explicit Run(patchbay_run* run) : run_(run) {}
  std::unique_ptr<patchbay_run, detail::RunRelease> run_;
};

// An opened host; the end of this object closes it: what runs is cancelled, and nothing is called
// afterwards. Not to be destroyed in a callback.
class Host {
 public:
  [[nodiscard]] static Result<Host> open(HostOptions options) {
    auto kept = std::make_unique<HostOptions>(std::move(options));
    patchbay_host_handle* handle = nullptr;
    const Status opened = open_handle(*kept, handle);
    if (!opened.ok()) return opened.error();
    return Host(std::move(kept), handle);
  }

  // Starts a request; `stop` cancels it.
  [[nodiscard]] Result<Run> submit(const Request& request,
                                   Observer observer = {},
                                   const std::stop_token& stop = {}) {
    detail::GivenRequest given(request);
    const auto watch = std::make_shared<detail::Watch>();
    watch->observer = std::move(observer);
    patchbay_observer functions = watch->functions();
    auto user = std::make_unique<std::shared_ptr<detail::Watch>>(watch);
    functions.user = user.get();
    patchbay_run* run = nullptr;
    const Status submitted =
        Status::of(patchbay_run_submit(handle_.get(), &given.give(), &functions, &run));
    if (!submitted.ok()) return submitted.error();
    static_cast<void>(user.release());  // on_done frees it
    watch->stop_by(stop, run);
    return Run(run);
  }
  // Waits for the answer.
  [[nodiscard]] Result<Answer> ask(const Request& request, const std::stop_token& stop = {}) {
    Result<Run> run = submit(request, {}, stop);
    if (!run.ok()) return run.error();
    return run.value().wait();
  }

  [[nodiscard]] Status unlock() { return Status::of(patchbay_host_unlock(handle_.get())); }
  // Threading::YourLoop.
  [[nodiscard]] int descriptor() const { return patchbay_host_descriptor(handle_.get()); }
  [[nodiscard]] Status process() { return Status::of(patchbay_host_process(handle_.get())); }
  // For what host.h has and this class does not.
  [[nodiscard]] patchbay_host_handle* get() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(patchbay_host_handle* host) const noexcept {
      patchbay_error_free(patchbay_host_close(host));
    }
  };

  Host(std::unique_ptr<HostOptions> options, patchbay_host_handle* handle)
      : options_(std::move(options)), handle_(handle) {}

  [[nodiscard]] static Status open_handle(HostOptions& options, patchbay_host_handle*& handle) {
    auto given = PATCHBAY_INIT(patchbay_host_options);
    given.threading = static_cast<std::uint32_t>(options.threading);
    if (options.use_environment == UseEnvironment::Yes)
      given.flags = PATCHBAY_HOST_READ_ENVIRONMENT;
    given.connections_max = options.connections_max;
    given.progress_interval_ms = static_cast<std::uint32_t>(options.progress_interval.count());
    given.home = detail::or_null(options.home);
    given.database_file = detail::or_null(options.database_file);
    given.environment = detail::or_null(options.environment);
    given.service_key_file = detail::or_null(options.service_key_file);
    given.plugin_directory = detail::or_null(options.plugin_directory);
    std::vector<const char*> paths;
    for (const std::string& path : options.plugin_paths) paths.push_back(path.c_str());
    given.plugin_paths = paths.data();
    given.plugin_path_count = paths.size();
    given.ca_file = detail::or_null(options.ca_file);
    given.proxy_url = detail::or_null(options.proxy_url);
    given.user = &options;
    given.log_level = static_cast<std::uint32_t>(options.log_level);
    if (options.log) given.log = write_log;
    if (options.unix_ms) given.unix_ms = read_clock;
    return Status::of(patchbay_host_open(&given, &handle));
  }

  static void write_log(void* user, std::uint32_t level, const char* line) noexcept {
    static_cast<HostOptions*>(user)->log(static_cast<LogLevel>(level), line);
  }
  static std::int64_t read_clock(void* user) noexcept {
    return static_cast<HostOptions*>(user)->unix_ms();
  }

  std::unique_ptr<HostOptions> options_;  // the callbacks' functions; outlives the handle
  std::unique_ptr<patchbay_host_handle, Close> handle_;
};

}  // namespace v0
}  // namespace patchbay::embed
