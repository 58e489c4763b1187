#include "host/cli/confirmation.hpp"

#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/terminal.hpp"

namespace patchbay::cli {

Status confirm(Context& context, const std::string& facts, bool yes) {
  if (yes) {
    context.console().note(facts);
    return {};
  }
  if (!someone_is_there()) {
    return Error{ErrorCode::Usage,
                 "this needs an answer, and there is nobody to ask",
                 "add --yes if you mean it: " + facts};
  }
  const Terminal terminal = PATCHBAY_TRY(Terminal::open());
  terminal.say(facts + "\n");
  if (PATCHBAY_TRY(terminal.confirm("Go on?"))) return {};
  return Error{ErrorCode::Cancelled, "left as it was"};
}

}  // namespace patchbay::cli
