// The rows of a batch as jobs: their fields are the options of `generate`.
#pragma once

#include "core/base/result.hpp"
#include "host/cli/image_output.hpp"
#include "host/cli/request_arguments.hpp"
#include "host/jobs/batch_file.hpp"
#include "host/jobs/batch_journal.hpp"
#include "host/jobs/image_job.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::cli {

class Context;

// What holds for jobs that do not say it themselves.
struct BatchDefaults {
  std::optional<std::string> provider;
  std::optional<std::string> model;
  std::optional<std::string> directory;
  bool sidecar = false;
  bool convert = false;
  bool force = false;
  std::string stem;  // of chosen names: the job's line follows it
  host::BatchNumbering numbering = host::BatchNumbering::Lines;
  // What the batch itself stands in, which no job may write to; empty where that is no file.
  std::vector<std::filesystem::path> own_files;
};

struct BatchLine {
  std::size_t line = 0;
  std::string id;         // of what it asks for; the same in another run
  std::size_t count = 1;  // of images
  RequestArguments request;
  ImageArguments image;
  OutputArguments output;
  std::string stem;
};

struct LineProblem {
  std::size_t line = 0;
  Error error;
};

// Errors: Usage, naming the field.
[[nodiscard]] Result<BatchLine> line_of(const host::BatchRow& row, const BatchDefaults& defaults);

// All rows, in order; those that cannot be read are among the problems.
[[nodiscard]] std::vector<BatchLine> lines_of(const host::BatchFile& file,
                                              const BatchDefaults& defaults,
                                              std::vector<LineProblem>& problems);

// Opens the input images; does not route. Errors: Usage, BadInput.
[[nodiscard]] Result<host::ImageJobInput> input_of(const BatchLine& line, const Context& context);

// Everything that can be told before anything is paid for: options, input images, who would answer,
// names that two jobs want, names that are taken.
void check_lines(const std::vector<BatchLine>& lines,
                 const BatchDefaults& defaults,
                 const host::BatchJournal* journal,
                 Context& context,
                 std::vector<LineProblem>& problems);

}  // namespace patchbay::cli
