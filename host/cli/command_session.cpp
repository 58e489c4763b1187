// `session list` and `session remove`: the conversations that are kept.
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/session_use.hpp"
#include "host/cli/table.hpp"
#include "host/jobs/session.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

json::Value document_of(const std::vector<host::ListedSession>& sessions) {
  json::Value list{json::Array{}};
  for (const host::ListedSession& session : sessions) {
    json::Value value;
    value.set("name", session.name);
    value.set("provider", session.provider);
    value.set("turns", static_cast<std::int64_t>(session.turns));
    value.set("bytes", session.size);
    value.set("last_at", session.last_at.empty() ? json::Value() : session.last_at);
    if (!session.problem.empty()) value.set("problem", session.problem);
    list.append(std::move(value));
  }
  json::Value document;
  document.set("sessions", std::move(list));
  return document;
}

class SessionListCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"session", "list"},
            "The conversations that are kept, with their size on disk",
            "  patchbay session list\n"
            "  patchbay session list --json"};
  }

  Status run(Context& context) override {
    const auto folder = PATCHBAY_TRY(sessions_folder(context));
    const auto sessions = PATCHBAY_TRY(host::list_sessions(folder));
    Console& console = context.console();
    console.document(document_of(sessions));
    Table table({"SESSION", "PROVIDER", "TURNS", "SIZE", "LAST TURN"});
    for (const host::ListedSession& session : sessions) {
      if (!session.problem.empty()) console.warning(session.name + ": " + session.problem);
      table.add({session.name,
                 session.problem.empty() ? session.provider : "damaged",
                 std::to_string(session.turns),
                 readable_bytes(session.size),
                 session.last_at.empty() ? "-" : session.last_at});
    }
    table.print(console);
    return {};
  }
};

class SessionRemoveCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"session", "remove"},
            "Delete a conversation: what was said, its images, its state",
            "  patchbay session remove banana"};
  }

  std::vector<Option> options() override { return {{"NAME", "NAME", "Which one", &name_}}; }

  Status run(Context& context) override {
    if (!name_) {
      return Error{ErrorCode::Usage,
                   "the name of the session is missing",
                   "`patchbay session list` shows those there are"};
    }
    const auto folder = PATCHBAY_TRY(sessions_folder(context));
    PATCHBAY_TRY(host::remove_session(folder, *name_));
    json::Value document;
    document.set("removed", *name_);
    context.console().document(document);
    context.console().line("Session '" + *name_ + "' removed.");
    return {};
  }

 private:
  std::optional<std::string> name_;
};

}  // namespace

void add_session_commands(CommandList& list) {
  list.push_back(std::make_unique<SessionListCommand>());
  list.push_back(std::make_unique<SessionRemoveCommand>());
}

}  // namespace patchbay::cli
