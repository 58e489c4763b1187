// What every command works with: the console, the opened home, and running a request to its end.
#pragma once

#include "core/base/clock.hpp"
#include "core/base/redactor.hpp"
#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "host/cli/command_line.hpp"
#include "host/cli/console.hpp"
#include "host/cli/process.hpp"
#include "host/host.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::cli {

class Context {
 public:
  struct Parts {
    Console& console;
    Redactor& redactor;
    const Clock& clock;
    const GlobalArguments& global;
    ProcessFacts process;
  };
  struct Secrets {
    SecretBytes api_key;          // the value of --api-key
    SecretBytes environment_key;  // of PATCHBAY_VAULT_KEY
  };
  Context(Parts parts, Secrets secrets)
      : parts_(parts),
        api_key_(std::move(secrets.api_key)),
        environment_key_(std::move(secrets.environment_key)) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() = default;

  [[nodiscard]] Console& console() { return parts_.console; }
  [[nodiscard]] Redactor& redactor() { return parts_.redactor; }
  [[nodiscard]] const Clock& clock() const { return parts_.clock; }
  [[nodiscard]] const ProcessFacts& process() const { return parts_.process; }
  [[nodiscard]] const GlobalArguments& global() const { return parts_.global; }
  // The value of --api-key; once.
  [[nodiscard]] SecretBytes take_api_key() { return std::move(api_key_); }

  // What it holds refers to this object.
  [[nodiscard]] host::HostOptions host_options();
  // The owner's password: the first line of stdin where --owner-password-stdin says so, else asked
  // for. Read once, and hidden from then on. Errors: NotAllowed where there is nobody to ask.
  [[nodiscard]] Result<SecretBytes> owner_password();
  // The same where one is set for the first time. Empty: a key file is wanted instead. Errors:
  // BadInput, where it is too short.
  [[nodiscard]] Result<SecretBytes> new_owner_password();
  // Opened on first need.
  [[nodiscard]] Result<host::Host*> host();
  // Before the host is opened: what stands between it and its network.
  void wrap_client(host::WrapClient wrap) { wrap_client_ = std::move(wrap); }
  // After something changed that is read when it is opened.
  void forget_host() { host_.reset(); }
  // Hides a secret in all that is said from now on.
  [[nodiscard]] Status hide(const SecretBytes& secret);
  [[nodiscard]] Status hide_environment_key();
  [[nodiscard]] std::string user() const;  // --user, PATCHBAY_USER, or nobody
  // --user alone.
  [[nodiscard]] const std::optional<std::string>& user_option() const { return parts_.global.user; }

  // How the program ends when the command went well, and what it found is not.
  void exit_with(int code) { exit_code_ = code; }
  [[nodiscard]] int exit_code() const { return exit_code_; }

  // From now on ^C and SIGTERM end the request under way, or the next one, rather than the program:
  // for what must be cleaned up.
  [[nodiscard]] Status hold_interrupts();

  // Runs the loop until the work says that it is finished, showing progress; ^C and SIGTERM cancel
  // it. Returned before it is destroyed: `finished` may be called from within.
  using Work = std::function<std::unique_ptr<host::RunningRequest>(
      host::Host&, host::Runner&, std::function<void()> finished)>;
  [[nodiscard]] Status drive(const std::function<std::string()>& what, const Work& work);

  // Likewise for one request.
  using Starter =
      std::function<std::unique_ptr<host::RunningRequest>(host::Runner&, host::Runner::Done)>;
  [[nodiscard]] Result<host::RunReport> run(const std::string& what, const Starter& starter);
  // Fills in the request's environment and deadline, and who could answer it, in order.
  [[nodiscard]] Status route(host::Request& request, std::vector<host::Candidate>& candidates);
  // Routes the request first.
  [[nodiscard]] Result<host::RunReport> run(const std::string& what,
                                            host::Request request,
                                            const host::SinkSource& sinks);

 private:
  Parts parts_;
  [[nodiscard]] Status keep_password(SecretBytes password);

  SecretBytes api_key_;
  SecretBytes environment_key_;
  SecretBytes password_;
  std::vector<Redactor::Registration> hidden_;
  host::WrapClient wrap_client_;
  std::unique_ptr<host::Host> host_;
  bool watches_interrupts_ = false;
  int exit_code_ = 0;
  host::RunningRequest* running_ = nullptr;
};

}  // namespace patchbay::cli
