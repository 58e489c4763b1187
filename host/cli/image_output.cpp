#include "host/cli/image_output.hpp"

#include "core/base/text.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace patchbay::cli {
namespace {

constexpr mode_t image_mode = 0666;  // less the caller's umask

// "patchbay-20261123-054316"
std::string stem_of(std::int64_t unix_ms) {
  std::string stamp = sql_timestamp(unix_ms);
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  std::ranges::replace(stamp, ' ', '-');
  return "patchbay-" + stamp;
}

bool names_format(std::string_view suffix, media::ImageFormat format) {
  return equal_ignoring_case(suffix, media::suffix_of(format)) ||
         (format == media::ImageFormat::Jpeg && equal_ignoring_case(suffix, ".jpeg"));
}

}  // namespace

Status check_arguments(const OutputArguments& arguments, const Console& console) {
  const std::array<bool, 3> given{
      arguments.file.has_value(), arguments.directory.has_value(), arguments.to_stdout};
  if (std::ranges::count(given, true) > 1) {
    return Error{ErrorCode::Usage, "--out, --out-dir and --stdout exclude each other"};
  }
  if ((arguments.file && arguments.file->empty()) ||
      (arguments.directory && arguments.directory->empty())) {
    return Error{ErrorCode::Usage, "the name of the output is empty"};
  }
  if (!arguments.to_stdout) return {};
  if (console.is_json()) {
    return Error{ErrorCode::Usage,
                 "--stdout and --json both want stdout",
                 "write to a file with --out, or leave --json out"};
  }
  if (::isatty(STDOUT_FILENO) != 1) return {};
  return Error{ErrorCode::Usage,
               "--stdout would write an image to the terminal",
               "send it to a file or program: patchbay generate … --stdout > image.png"};
}

void add_output_options(std::vector<Option>& options, OutputArguments& arguments) {
  options.push_back({"-o,--out",
                     "FILE",
                     "Exactly here, in the provider's own format; %d numbers several images",
                     &arguments.file});
  options.push_back(
      {"--out-dir", "DIR", "Here, under chosen names with the right suffix", &arguments.directory});
  options.push_back({"--stdout", "", "The image's bytes on stdout", &arguments.to_stdout});
  options.push_back({"--force", "", "Replace FILE where it exists", &arguments.force});
}

Result<ImageOutput> ImageOutput::prepare(const OutputArguments& arguments, Context& context) {
  ImageOutput output;
  output.to_stdout_ = arguments.to_stdout;
  output.options_.file = arguments.file.value_or("");
  output.options_.directory = arguments.directory.value_or("");
  output.options_.stem = stem_of(context.clock().unix_ms());
  if (arguments.force) output.options_.if_exists = IfExists::Replace;
  static_cast<void>(PATCHBAY_TRY(output.open_sink()));
  output.sink_is_fresh_ = true;
  return output;
}

Result<host::Sink*> ImageOutput::open_sink() {
  // The old one goes first: both may hold the same name.
  file_sink_.reset();
  stdout_sink_.reset();
  if (to_stdout_) {
    stdout_sink_ = PATCHBAY_TRY(host::ImageDescriptorSink::create(STDOUT_FILENO));
    return stdout_sink_.get();
  }
  auto created = host::ImageFileSink::create(options_);
  if (created.ok()) {
    file_sink_ = std::move(created).value();
    return file_sink_.get();
  }
  Error error = std::move(created).error();
  if (error.code == ErrorCode::AlreadyExists && error.hint.empty()) {
    error.hint = "choose another name, or replace it with --force";
  }
  return error;
}

host::SinkSource ImageOutput::sinks() {
  return [this]() -> Result<host::Sink*> {
    if (!std::exchange(sink_is_fresh_, false)) return open_sink();
    if (to_stdout_) return stdout_sink_.get();
    return file_sink_.get();
  };
}

Result<std::vector<host::SavedImage>> ImageOutput::commit(mode_t umask) {
  if (to_stdout_) return std::vector{PATCHBAY_TRY(stdout_sink_->commit())};
  std::vector<host::SavedImage> images = PATCHBAY_TRY(file_sink_->commit());
  // The images are the caller's; the strict mask of this process is for its own files. Where the
  // mode cannot be set the image stays private, which harms nobody.
  for (const host::SavedImage& image : images) {
    static_cast<void>(::chmod(image.path.c_str(), image_mode & ~umask));
  }
  return images;
}

std::string ImageOutput::text() const {
  const host::ImageSink* sink = file_sink_.get();
  if (to_stdout_) sink = stdout_sink_.get();
  return sink == nullptr ? std::string() : sink->text();
}

std::optional<std::string> suffix_warning(const host::SavedImage& image) {
  const std::string suffix = image.path.extension().string();
  if (suffix.empty() || names_format(suffix, image.format)) return {};
  return image.path.string() + " holds an image of type " +
         std::string(media::mime_of(image.format)) + ", not what its name says";
}

}  // namespace patchbay::cli
