#include "host/cli/context.hpp"

#include "host/cli/password.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/terminal.hpp"
#include "host/vault/slots.hpp"

#include <optional>
#include <stdlib.h>
#include <string_view>

namespace patchbay::cli {

host::HostOptions Context::host_options() {
  const GlobalArguments& global = parts_.global;
  host::HostOptions options;
  options.home.home_flag = global.home.value_or("");
  options.home.database_flag = global.database.value_or("");
  options.service_key_file = global.service_key_file.value_or("");
  options.owner_key_file = global.owner_key_file.value_or("");
  options.environment_key = &environment_key_;
  options.prefers_password = global.owner_password_from_stdin;
  options.ask_password = [this] { return owner_password(); };
  options.environment = global.environment.value_or("");
  if (global.verbose) options.log_level = to_string(LogLevel::Info);
  if (global.quiet) options.log_level = to_string(LogLevel::Error);
  return options;
}

Result<host::Host*> Context::host() {
  if (host_ != nullptr) return host_.get();
  Console& console = parts_.console;
  host::HostDependencies dependencies{
      parts_.clock, parts_.redactor, [&console](LogLevel level, std::string_view line) {
        console.log(level, line);
      }};
  dependencies.wrap_client = wrap_client_;
  host_ = PATCHBAY_TRY(host::Host::open(host_options(), std::move(dependencies)));
  watches_interrupts_ = false;
  return host_.get();
}

Status Context::keep_password(SecretBytes password) {
  PATCHBAY_TRY(hide(password));
  password_ = std::move(password);
  return {};
}

Result<SecretBytes> Context::owner_password() {
  if (password_.empty()) {
    SecretBytes password =
        PATCHBAY_TRY(global().owner_password_from_stdin ? read_password_line() : ask_password());
    PATCHBAY_TRY(keep_password(std::move(password)));
  }
  return SecretBytes::copy_of(password_.expose());
}

Result<SecretBytes> Context::new_owner_password() {
  if (!global().owner_password_from_stdin && (!someone_is_there() || global().owner_key_file))
    return SecretBytes();
  SecretBytes password = PATCHBAY_TRY(
      global().owner_password_from_stdin ? read_password_line() : ask_new_password("Owner"));
  if (password.empty() && !global().owner_password_from_stdin) return password;
  PATCHBAY_TRY(host::check_password(password));
  PATCHBAY_TRY(keep_password(std::move(password)));
  return SecretBytes::copy_of(password_.expose());
}

Status Context::hide(const SecretBytes& secret) {
  hidden_.push_back(PATCHBAY_TRY(parts_.redactor.add(secret)));
  return {};
}

Status Context::hide_environment_key() {
  return environment_key_.empty() ? Status() : hide(environment_key_);
}

std::string Context::user() const {
  if (parts_.global.user) return *parts_.global.user;
  const char* named = ::secure_getenv("PATCHBAY_USER");
  return named == nullptr ? std::string() : std::string(named);
}

Status Context::hold_interrupts() {
  host::Host& opened = *PATCHBAY_TRY(host());
  if (watches_interrupts_) return {};
  opened.loop().on_interrupt([this] {
    if (running_ != nullptr) running_->cancel();
  });
  watches_interrupts_ = true;
  return {};
}

Status Context::drive(const std::function<std::string()>& what, const Work& work) {
  host::Host& opened = *PATCHBAY_TRY(host());
  host::Runner* runner = PATCHBAY_TRY(opened.runner());
  PATCHBAY_TRY(hold_interrupts());
  // NOLINTBEGIN(clang-analyzer-*): the checker loses sight of the host behind PATCHBAY_TRY.
  const auto running = work(opened, *runner, [&opened] { opened.loop().stop(); });
  running_ = running.get();
  Progress progress(
      parts_.console, opened.loop(), what, [&running] { return running->bytes_received(); });
  opened.loop().run();
  // NOLINTEND(clang-analyzer-*)
  running_ = nullptr;
  return {};
}

Result<host::RunReport> Context::run(const std::string& what, const Starter& starter) {
  std::optional<Result<host::RunReport>> result;
  PATCHBAY_TRY(drive([&what] { return what; },
                     [&](host::Host&, host::Runner& runner, const std::function<void()>& finished) {
                       return starter(runner, [&result, finished](Result<host::RunReport> report) {
                         result = std::move(report);
                         finished();
                       });
                     }));
  if (result) return *std::move(result);
  return Error{ErrorCode::Internal, "the request ended without a result"};
}

Status Context::route(host::Request& request, std::vector<host::Candidate>& candidates) {
  host::Host& opened = *PATCHBAY_TRY(host());
  // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): likewise
  request.environment = opened.config().environment;
  candidates = PATCHBAY_TRY(opened.candidates(request));
  if (!request.deadline) request.deadline = opened.deadline_of(request.operation);
  return {};
}

Result<host::RunReport> Context::run(const std::string& what,
                                     host::Request request,
                                     const host::SinkSource& sinks) {
  std::vector<host::Candidate> candidates;
  PATCHBAY_TRY(route(request, candidates));
  return run(what, [&](host::Runner& runner, host::Runner::Done done) {
    return runner.start(std::move(request), std::move(candidates), sinks, std::move(done));
  });
}

}  // namespace patchbay::cli
