// Where the images of `generate` go, and what is said about them.
#pragma once

#include "core/base/result.hpp"
#include "core/json/value.hpp"
#include "host/cli/command.hpp"
#include "host/engine/file_sink.hpp"
#include "host/runner.hpp"

#include <memory>
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
};
void add_output_options(std::vector<Option>& options, OutputArguments& arguments);

// Errors: Usage, where the options contradict each other.
[[nodiscard]] Status check_arguments(const OutputArguments& arguments, const Console& console);

// The place that the options name. Each attempt writes into a sink of its own.
class ImageOutput {
 public:
  // Fails before anything is sent where nothing could be written. Errors: Output,
  // AlreadyExists.
  [[nodiscard]] static Result<ImageOutput> prepare(const OutputArguments& arguments,
                                                   Context& context);
  // Requires that this object stays where it is until the request is over.
  [[nodiscard]] host::SinkSource sinks();
  // After success: the images are in place when this returned.
  [[nodiscard]] Result<std::vector<host::SavedImage>> commit(mode_t umask);
  // The provider's words beside the images.
  [[nodiscard]] std::string text() const;

 private:
  [[nodiscard]] Result<host::Sink*> open_sink();

  host::ImageFileOptions options_;  // not for stdout
  bool to_stdout_ = false;
  bool sink_is_fresh_ = false;  // made by prepare(), for the first attempt
  std::unique_ptr<host::ImageFileSink> file_sink_;
  std::unique_ptr<host::ImageDescriptorSink> stdout_sink_;
};

// "wanted.jpg holds a PNG": where the name promises another format.
[[nodiscard]] std::optional<std::string> suffix_warning(const host::SavedImage& image);

struct ImageReport {
  const std::vector<host::SavedImage>& images;
  const host::RunReport& run;
  std::string text;
};
[[nodiscard]] json::Value document_of(const ImageReport& report);
// Lines for people. The first of each image names its file.
[[nodiscard]] std::vector<std::string> words_about(const ImageReport& report);

}  // namespace patchbay::cli
