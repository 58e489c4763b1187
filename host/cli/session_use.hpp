// `--session NAME`: a request as one more turn of a conversation.
#pragma once

#include "core/base/result.hpp"
#include "core/json/value.hpp"
#include "host/jobs/session.hpp"
#include "host/jobs/session_turn.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace patchbay::cli {

class Context;

// Where the home keeps its conversations.
[[nodiscard]] Result<std::filesystem::path> sessions_folder(Context& context);

// Held while the command runs; does nothing where no session is named.
class SessionUse {
 public:
  // Puts what was said before into the request.
  [[nodiscard]] static Result<SessionUse> begin(const std::optional<std::string>& name,
                                                host::Request& request,
                                                Context& context);
  [[nodiscard]] Status check(const std::vector<host::Candidate>& candidates) const;
  // The sink of an attempt, with the session's around it.
  [[nodiscard]] host::Sink* wrap(host::Sink& sink);
  [[nodiscard]] bool is_used() const { return session_ != nullptr; }
  // After success.
  [[nodiscard]] Status commit(const host::Request& request,
                              const host::RunReport& run,
                              const Context& context);
  // What `--json` says of it.
  void describe(json::Value& document) const;
  // A failure that may come from the length of the conversation says so.
  [[nodiscard]] Error explained(Error error) const;

 private:
  std::unique_ptr<host::Session> session_;
  std::unique_ptr<host::SessionTurn> turn_;
};

}  // namespace patchbay::cli
