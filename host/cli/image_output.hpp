// Where the images of `generate` go, and what is said about them.
#pragma once

#include "core/base/result.hpp"
#include "core/json/value.hpp"
#include "host/cli/command.hpp"
#include "host/jobs/image_job.hpp"
#include "host/jobs/image_place.hpp"

#include <optional>
#include <string>
#include <vector>

namespace patchbay::cli {

class Console;
class Context;

struct OutputArguments {
  std::optional<std::string> file;
  std::optional<std::string> directory;
  bool to_stdout = false;
  bool force = false;
  bool convert = false;
  bool sidecar = false;
};
void add_output_options(std::vector<Option>& options, OutputArguments& arguments);

// The place that the options name for `count` images. Errors: Usage, where they contradict each
// other.
[[nodiscard]] Result<host::ImagePlace> place_of(const OutputArguments& arguments,
                                                std::size_t count,
                                                const Context& context);
// Errors: Usage, where images and the console both want stdout.
[[nodiscard]] Status check_stdout(const OutputArguments& arguments, const Console& console);

// "wanted.jpg holds a PNG": where the name promises another format.
[[nodiscard]] std::optional<std::string> suffix_warning(const host::SavedImage& image);

[[nodiscard]] json::Value document_of(const host::ImageJobReport& report);
// "12 tokens in, 1290 tokens out, $0.039"; empty where nothing is known.
[[nodiscard]] std::string words_about(const host::Usage& usage);
// Lines for people. The first of each image names its file.
[[nodiscard]] std::vector<std::string> words_about(const host::ImageJobReport& report);

}  // namespace patchbay::cli
