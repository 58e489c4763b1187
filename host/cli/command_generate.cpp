// `generate`, and its old short form `placeholder`: images from words and images.
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/image_output.hpp"
#include "host/cli/losses_view.hpp"
#include "host/cli/request_arguments.hpp"
#include "host/cli/session_use.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace patchbay::cli {
namespace {

class GenerateCommand : public Command {
 public:
  CommandWords words() const override {
    return {{"generate"},
            "Make an image, or edit some",
            "  patchbay generate \"a red bicycle\"\n"
            "  patchbay generate \"a red bicycle\" --aspect-ratio 16:9 --out bicycle.png\n"
            "  patchbay generate \"make it blue\" --input bicycle.png --out blue.png\n"
            "  patchbay generate --prompt-file - --provider acme --out-dir pictures < words.txt\n"
            "  patchbay generate \"a cat\" --count 4 --out cat-%d.png --convert --sidecar\n"
            "  patchbay generate \"a cat\" --session cat --out cat.png\n"
            "  patchbay generate \"now asleep\" --session cat --out asleep.png\n"
            "  patchbay generate \"a cat\" --size 1024x768 --timeout 2m --json"};
  }

  std::vector<Option> options() override {
    std::vector<Option> options;
    add_request_options(options, request_);
    add_image_options(options, image_);
    add_output_options(options, output_);
    return options;
  }

  Status run(Context& context) override {
    host::ImageJobInput input;
    input.request = PATCHBAY_TRY(request_of(request_, host::Operation::Image, context));
    PATCHBAY_TRY(add_image_parameters(image_, input.request));
    input.count = PATCHBAY_TRY(count_of(image_));
    input.place = PATCHBAY_TRY(place_of(output_, input.count, context));
    PATCHBAY_TRY(check_stdout(output_, context.console()));
    if (request_.session && input.count > 1) {
      return Error{ErrorCode::Usage,
                   "a conversation goes on with one image at a time",
                   "leave --count or --session out"};
    }
    // There may be temporary files from here on.
    PATCHBAY_TRY(context.hold_interrupts());
    PATCHBAY_TRY(host::check_place(input.place, {1, input.count, input.count + 1}));
    SessionUse session = PATCHBAY_TRY(SessionUse::begin(request_.session, input.request, context));
    input.wrap = [&session](host::Sink& sink) { return session.wrap(sink); };
    const host::Request request = input.request;
    const host::ImageJobReport made = PATCHBAY_TRY(run_job(context, std::move(input), session));
    Status kept;
    if (session.is_used() && !made.runs.empty()) {
      kept = session.commit(request, made.runs.front().report, context);
    }
    if (!made.images.empty()) report(context.console(), made, session);
    if (!made.losses.empty()) context.console().note(words_about(made.losses));
    if (const Status status = made.status(); !status.ok()) return session.explained(status.error());
    return kept;
  }

 protected:
  RequestArguments request_;

 private:
  static Result<host::ImageJobReport> run_job(Context& context,
                                              host::ImageJobInput input,
                                              const SessionUse& session) {
    PATCHBAY_TRY(context.route(input.request, input.candidates));
    PATCHBAY_TRY(session.check(input.candidates));
    std::optional<host::StartGate> gate;
    host::ImageJobReport made;
    const auto start =
        [&](host::Host& host, host::Runner& runner, const std::function<void()>& finished) {
          gate.emplace(host.loop(), host::StartGate::Limits{host::job_requests_at_once, {}});
          return std::make_unique<host::ImageJob>(
              host::ImageJobDependencies{host.loop(), runner, *gate, host.clock()},
              std::move(input),
              [&made, finished](host::ImageJobReport report) {
                made = std::move(report);
                finished();
              });
        };
    PATCHBAY_TRY(context.drive([] { return std::string("Generating"); }, start));
    return made;
  }

  void report(Console& console, const host::ImageJobReport& made, const SessionUse& session) const {
    if (output_.file) {
      for (const host::MadeImage& image : made.images) {
        if (const auto words = suffix_warning(image.image)) console.warning(*words);
      }
    }
    json::Value document = document_of(made);
    session.describe(document);
    console.document(document);
    for (const std::string& line : words_about(made)) {
      // The image itself is on stdout then.
      if (output_.to_stdout) {
        console.note(line);
      } else {
        console.line(line);
      }
    }
  }

  ImageArguments image_;
  OutputArguments output_;
};

class PlaceholderCommand final : public GenerateCommand {
 public:
  CommandWords words() const override {
    return {{"placeholder"},
            "Short for `generate --provider placeholder`",
            "  patchbay placeholder --width 512 --height 256 --out p.png"};
  }

  Status run(Context& context) override {
    if (!request_.provider) request_.provider = "placeholder";
    const bool has_prompt = request_.prompt || request_.prompt_word || request_.prompt_file;
    if (!has_prompt) request_.prompt = "placeholder";
    return GenerateCommand::run(context);
  }
};

}  // namespace

void add_generate_commands(CommandList& list) {
  list.push_back(std::make_unique<GenerateCommand>());
  list.push_back(std::make_unique<PlaceholderCommand>());
}

}  // namespace patchbay::cli
