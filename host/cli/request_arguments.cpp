#include "host/cli/request_arguments.hpp"

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "host/cli/context.hpp"
#include "host/cli/values.hpp"
#include "host/engine/file_blob.hpp"
#include "host/jobs/image_job.hpp"
#include "host/parameters.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <limits>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace patchbay::cli {
namespace {

Result<std::string> prompt_text(const RequestArguments& arguments) {
  const std::array<bool, 3> given{arguments.prompt_word.has_value(),
                                  arguments.prompt.has_value(),
                                  arguments.prompt_file.has_value()};
  if (std::ranges::count(given, true) > 1) {
    return Error{ErrorCode::Usage, "give the prompt once: as a word, --prompt or --prompt-file"};
  }
  if (arguments.prompt_word) return *arguments.prompt_word;
  if (arguments.prompt) return *arguments.prompt;
  if (!arguments.prompt_file) return host::empty_prompt();
  if (*arguments.prompt_file == "-") return read_stdin(host::prompt_size_max);
  auto text = read_file(*arguments.prompt_file, host::prompt_size_max);
  if (text.ok() || text.error().code != ErrorCode::NotFound) return text;
  return Error{ErrorCode::BadInput, text.error().message, "name a file that is there"};
}

Result<std::vector<host::Message>> messages_of(const RequestArguments& arguments,
                                               host::Request& request) {
  std::vector<host::Message> messages;
  if (arguments.system) {
    PATCHBAY_TRY(host::check_prompt(*arguments.system));
    messages.push_back({host::Role::System, {{host::PartKind::Text, *arguments.system, 0}}});
  }
  const std::string prompt = PATCHBAY_TRY(prompt_text(arguments));
  PATCHBAY_TRY(host::check_prompt(prompt));
  host::Message message;
  message.role = host::Role::User;
  message.parts.push_back({host::PartKind::Text, prompt, 0});
  if (arguments.inputs.size() > host::inputs_max) {
    return Error{ErrorCode::Usage,
                 "--input can be given " + std::to_string(host::inputs_max) + " times at most"};
  }
  for (const std::string& path : arguments.inputs) {
    request.blobs.push_back(PATCHBAY_TRY(host::FileBlob::open_image(path)));
    message.parts.push_back({host::PartKind::Image, {}, request.blobs.size() - 1});
  }
  messages.push_back(std::move(message));
  return messages;
}

Status add_parameter(host::Request& request, std::string name, std::string value) {
  const auto same = [&](const auto& parameter) { return parameter.first == name; };
  if (std::ranges::any_of(request.params, same)) {
    return Error{ErrorCode::Usage,
                 "the parameter '" + shortened(printable(name), 64) + "' is given twice"};
  }
  request.params.emplace_back(std::move(name), std::move(value));
  return {};
}

Status check_resolution(std::string_view text) {
  const bool is_word = !text.empty() && text.size() <= 16 &&
                       std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c); });
  if (is_word) return {};
  return bad_value("--resolution", text, "a resolution such as 512, 1K, 2K or 4K");
}

Result<std::optional<PixelSize>> size_of(const ImageArguments& arguments) {
  if (!arguments.size && !arguments.width && !arguments.height) return std::optional<PixelSize>();
  if (arguments.size && (arguments.width || arguments.height)) {
    return Error{ErrorCode::Usage, "give either --size or --width and --height"};
  }
  if (arguments.size) {
    return std::optional(PATCHBAY_TRY(parse_pixel_size("--size", *arguments.size)));
  }
  PixelSize size{};
  constexpr NumberRange range{1, pixels_max};
  if (arguments.width) {
    size.width = PATCHBAY_TRY(parse_number("--width", *arguments.width, range));
  }
  if (arguments.height) {
    size.height = PATCHBAY_TRY(parse_number("--height", *arguments.height, range));
  }
  if (arguments.width && arguments.height) return std::optional(size);
  return Error{ErrorCode::Usage, "--width and --height go together"};
}

}  // namespace

Result<std::string> read_stdin(std::size_t size_max) {
  std::string text;
  std::array<char, 16384> piece{};
  while (text.size() <= size_max) {
    const ssize_t count = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return file_error(ErrorCode::BadInput, "read", "stdin", errno);
    if (count == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(count));
  }
  return Error{ErrorCode::BadInput, "stdin holds more than " + std::to_string(size_max) + " bytes"};
}

void add_request_options(std::vector<Option>& options, RequestArguments& arguments) {
  options.push_back({"PROMPT", "TEXT", "What is wanted", &arguments.prompt_word});
  options.push_back({"--prompt", "TEXT", "The same, as an option", &arguments.prompt});
  options.push_back(
      {"--prompt-file", "FILE", "Read the prompt from a file; - is stdin", &arguments.prompt_file});
  options.push_back({"--provider",
                     "NAME",
                     "Who is asked; else the default, or whoever has a key",
                     &arguments.provider,
                     propose_providers});
  options.push_back({"--model", "ID", "Which model; see `patchbay models`", &arguments.model});
  options.push_back(
      {"--input", "IMAGE", "An image to work on; may be repeated", &arguments.inputs});
  options.push_back({"--param",
                     "NAME=VALUE",
                     "A parameter of the provider's plugin; may be repeated",
                     &arguments.params});
  options.push_back(
      {"--timeout", "TIME", "Give up after this time, eg 90 or 2m", &arguments.timeout});
  options.push_back({"--retry-billed",
                     "",
                     "Try again also what may have been billed; it may be paid twice",
                     &arguments.retry_billed});
  options.push_back({"--session",
                     "NAME",
                     "One more turn of this conversation, which is kept in the home",
                     &arguments.session});
}

void add_image_options(std::vector<Option>& options, ImageArguments& arguments) {
  options.push_back({"--size", "WxH", "Pixels, eg 1024x768", &arguments.size});
  options.push_back({"--width", "PIXELS", "With --height, the same as --size", &arguments.width});
  options.push_back({"--height", "PIXELS", "With --width, the same as --size", &arguments.height});
  options.push_back({"--resolution",
                     "NAME",
                     "512, 1K, 2K or 4K, where the model has it",
                     &arguments.resolution,
                     "512 1K 2K 4K"});
  options.push_back({"--aspect-ratio", "W:H", "Eg 16:9", &arguments.aspect_ratio});
  options.push_back({"--seed",
                     "NUMBER",
                     "For the provider's random numbers; of several requests each takes the next",
                     &arguments.seed});
  options.push_back({"--count",
                     "N",
                     "So many images (1 to " + std::to_string(host::job_images_max) + ")",
                     &arguments.count});
}

Result<host::Request> request_of(const RequestArguments& arguments,
                                 host::Operation operation,
                                 const Context& context) {
  if ((arguments.provider && arguments.provider->empty()) ||
      (arguments.model && arguments.model->empty())) {
    return Error{ErrorCode::Usage, "--provider and --model take a name, not nothing"};
  }
  host::Request request;
  request.operation = operation;
  request.provider = arguments.provider.value_or("");
  request.model = arguments.model.value_or("");
  request.user = context.user();
  if (arguments.retry_billed) request.may_repeat = host::MayRepeat::Always;
  if (arguments.timeout) {
    request.deadline = PATCHBAY_TRY(parse_duration("--timeout", *arguments.timeout));
  }
  for (const std::string& text : arguments.params) {
    auto [name, value] = PATCHBAY_TRY(parse_pair("--param", text));
    if (name == "count") {
      return Error{ErrorCode::Usage, "count is not a parameter", "pass --count " + value};
    }
    PATCHBAY_TRY(add_parameter(request, std::move(name), std::move(value)));
  }
  request.messages = PATCHBAY_TRY(messages_of(arguments, request));
  return request;
}

Result<std::size_t> count_of(const ImageArguments& arguments) {
  if (!arguments.count) return std::size_t{1};
  constexpr NumberRange range{1, static_cast<std::int64_t>(host::job_images_max)};
  return static_cast<std::size_t>(PATCHBAY_TRY(parse_number("--count", *arguments.count, range)));
}

Status add_image_parameters(const ImageArguments& arguments, host::Request& request) {
  if (const auto size = PATCHBAY_TRY(size_of(arguments))) {
    PATCHBAY_TRY(add_parameter(
        request, "size", std::to_string(size->width) + "x" + std::to_string(size->height)));
  }
  if (arguments.aspect_ratio) {
    std::string ratio = PATCHBAY_TRY(parse_aspect_ratio("--aspect-ratio", *arguments.aspect_ratio));
    PATCHBAY_TRY(add_parameter(request, "aspect_ratio", std::move(ratio)));
  }
  if (arguments.resolution) {
    PATCHBAY_TRY(check_resolution(*arguments.resolution));
    PATCHBAY_TRY(add_parameter(request, "resolution", *arguments.resolution));
  }
  if (arguments.seed) {
    constexpr NumberRange range{0, std::numeric_limits<std::int64_t>::max()};
    const auto seed = PATCHBAY_TRY(parse_number("--seed", *arguments.seed, range));
    PATCHBAY_TRY(add_parameter(request, "seed", std::to_string(seed)));
  }
  return {};
}

}  // namespace patchbay::cli
