// `chat`: one question, answered in text as it comes.
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/request_arguments.hpp"
#include "host/cli/session_use.hpp"
#include "host/engine/text_sink.hpp"
#include "host/jobs/sidecar.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

class ChatCommand final : public Command {
 public:
  CommandWords words() const override {
    return {{"chat"},
            "Ask for text, which is shown as it comes",
            "  patchbay chat \"what is a banana?\"\n"
            "  patchbay chat \"what is on this picture?\" --input picture.png\n"
            "  patchbay chat \"and what is a plantain?\" --session fruit\n"
            "  patchbay chat --prompt-file - --system \"answer in one line\" < question.txt"};
  }

  std::vector<Option> options() override {
    std::vector<Option> options;
    add_request_options(options, arguments_);
    options.push_back({"--system", "TEXT", "How it should answer", &arguments_.system});
    return options;
  }

  Status run(Context& context) override {
    host::Request request = PATCHBAY_TRY(request_of(arguments_, host::Operation::Chat, context));
    request.params.emplace_back("stream", "1");
    // The session may hold temporary files from here on.
    if (arguments_.session) PATCHBAY_TRY(context.hold_interrupts());
    SessionUse session = PATCHBAY_TRY(SessionUse::begin(arguments_.session, request, context));
    std::vector<host::Candidate> candidates;
    PATCHBAY_TRY(context.route(request, candidates));
    PATCHBAY_TRY(session.check(candidates));
    std::unique_ptr<host::TextSink> sink;
    auto answered = answer(context, request, std::move(candidates), session, sink);
    if (!answered.ok()) return session.explained(std::move(answered).error());
    const host::RunReport& report = answered.value();
    const Status kept = session.commit(request, report, context);
    json::Value document = document_of(report, sink->text());
    session.describe(document);
    context.console().document(document);
    return kept;
  }

 private:
  static Result<host::RunReport> answer(Context& context,
                                        const host::Request& request,
                                        std::vector<host::Candidate> candidates,
                                        SessionUse& session,
                                        std::unique_ptr<host::TextSink>& sink) {
    Console& console = context.console();
    char last = '\n';
    host::TextSink::Receiver show;
    // A document is shown when all is there: until then another try can still take its place.
    if (!console.is_json()) {
      show = [&](std::string_view text) -> Status {
        console.stream(text);
        if (!text.empty()) last = text.back();
        return {};
      };
    }
    const auto sinks = [&]() -> Result<host::Sink*> {
      sink = std::make_unique<host::TextSink>(host::TextDelivery::AsItComes, show);
      return session.wrap(*sink);
    };
    auto run = context.run("Waiting", [&](host::Runner& runner, host::Runner::Done done) {
      return runner.start(request, std::move(candidates), sinks, std::move(done));
    });
    if (last != '\n') console.stream("\n");
    return run;
  }

  static json::Value document_of(const host::RunReport& report, const std::string& text) {
    json::Value document;
    document.set("text", text);
    document.set("provider", report.candidate.provider.name);
    document.set("model", report.candidate.model);
    document.set("duration_ms", std::int64_t{report.outcome.latency.count()});
    document.set("usage", host::document_of(report.outcome.usage));
    document.set("attempt_id", report.attempt_id);
    document.set("request_id", report.request_id);
    return document;
  }

  RequestArguments arguments_;
};

}  // namespace

void add_chat_commands(CommandList& list) {
  list.push_back(std::make_unique<ChatCommand>());
}

}  // namespace patchbay::cli
