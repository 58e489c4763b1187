// `generate`, and its old short form `placeholder`: images from words and images.
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/image_output.hpp"
#include "host/cli/request_arguments.hpp"

#include <memory>
#include <string>

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
    host::Request request = PATCHBAY_TRY(request_of(request_, host::Operation::Image, context));
    PATCHBAY_TRY(add_image_parameters(image_, request));
    PATCHBAY_TRY(check_arguments(output_, context.console()));
    // The output may hold a temporary file from here on.
    PATCHBAY_TRY(context.hold_interrupts());
    ImageOutput output = PATCHBAY_TRY(ImageOutput::prepare(output_, context));
    const host::RunReport run =
        PATCHBAY_TRY(context.run("Generating", std::move(request), output.sinks()));
    const auto images = PATCHBAY_TRY(output.commit(context.process().umask));
    report(context.console(), {images, run, output.text()});
    return {};
  }

 protected:
  RequestArguments request_;

 private:
  void report(Console& console, const ImageReport& report) const {
    if (output_.file) {
      for (const host::SavedImage& image : report.images) {
        if (const auto words = suffix_warning(image)) console.warning(*words);
      }
    }
    console.document(document_of(report));
    for (const std::string& line : words_about(report)) {
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
