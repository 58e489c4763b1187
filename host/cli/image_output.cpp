#include "host/cli/image_output.hpp"

#include "core/base/text.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"

#include <algorithm>
#include <array>
#include <unistd.h>

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

Status check_places(const OutputArguments& arguments) {
  const std::array<bool, 3> given{
      arguments.file.has_value(), arguments.directory.has_value(), arguments.to_stdout};
  if (std::ranges::count(given, true) > 1) {
    return Error{ErrorCode::Usage, "--out, --out-dir and --stdout exclude each other"};
  }
  if ((arguments.file && arguments.file->empty()) ||
      (arguments.directory && arguments.directory->empty())) {
    return Error{ErrorCode::Usage, "the name of the output is empty"};
  }
  if (arguments.sidecar && arguments.to_stdout) {
    return Error{ErrorCode::Usage, "--sidecar stands beside a file, and --stdout makes none"};
  }
  return {};
}

Status check_count(const OutputArguments& arguments, std::size_t count) {
  if (count == 1) return {};
  if (arguments.to_stdout) {
    return Error{ErrorCode::Usage, "--stdout takes one image", "leave --count out, or use --out"};
  }
  if (!arguments.file || host::is_numbered(*arguments.file)) return {};
  return Error{ErrorCode::Usage,
               "--out names one file, and --count wants several",
               "put %d where the number goes, eg picture-%d.png, or use --out-dir"};
}

Result<media::ImageFormat> wanted_format(const OutputArguments& arguments) {
  if (!arguments.file) {
    return Error{ErrorCode::Usage,
                 "--convert needs a name that says into what",
                 "add --out FILE.png or --out FILE.jpg"};
  }
  const auto format = host::format_named_by(*arguments.file);
  if (format == media::ImageFormat::Png || format == media::ImageFormat::Jpeg) return *format;
  return Error{ErrorCode::Usage,
               "--convert makes PNG and JPEG, and " + shortened(printable(*arguments.file), 200) +
                   " names neither",
               "end the name in .png, .jpg or .jpeg"};
}

}  // namespace

void add_output_options(std::vector<Option>& options, OutputArguments& arguments) {
  options.push_back({"-o,--out",
                     "FILE",
                     "Exactly here, in the provider's own format; %d numbers several images",
                     &arguments.file});
  options.push_back(
      {"--out-dir", "DIR", "Here, under chosen names with the right suffix", &arguments.directory});
  options.push_back({"--stdout", "", "The image's bytes on stdout", &arguments.to_stdout});
  options.push_back({"--convert",
                     "",
                     "Re-encode as the suffix of FILE says: PNG or JPEG, where another format came",
                     &arguments.convert});
  options.push_back({"--sidecar",
                     "",
                     "Beside each image FILE.json: prompt, model, seed, sha256 and the like",
                     &arguments.sidecar});
  options.push_back(
      {"--force", "", "Replace FILE (and its sidecar) where it exists", &arguments.force});
}

Status check_stdout(const OutputArguments& arguments, const Console& console) {
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

Result<host::ImagePlace> place_of(const OutputArguments& arguments,
                                  std::size_t count,
                                  const Context& context) {
  PATCHBAY_TRY(check_places(arguments));
  PATCHBAY_TRY(check_count(arguments, count));
  host::ImagePlace place;
  place.file = arguments.file.value_or("");
  place.directory = arguments.directory.value_or("");
  place.stem = stem_of(context.clock().unix_ms());
  if (arguments.to_stdout) place.descriptor = STDOUT_FILENO;
  if (arguments.force) place.if_exists = IfExists::Replace;
  if (arguments.convert) place.convert_to = PATCHBAY_TRY(wanted_format(arguments));
  if (arguments.sidecar) place.sidecar = host::Sidecar::Yes;
  place.mode = image_mode & ~context.process().umask;
  return place;
}

std::optional<std::string> suffix_warning(const host::SavedImage& image) {
  const auto promised = host::format_named_by(image.path);
  if (!promised || *promised == image.format) return {};
  return image.path.string() + " holds an image of type " +
         std::string(media::mime_of(image.format)) +
         ", not what its name says; --convert re-encodes it";
}

}  // namespace patchbay::cli
