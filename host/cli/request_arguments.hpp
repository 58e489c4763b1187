// The options that say what is wanted, and the request they make. All checks that need no network.
#pragma once

#include "core/base/result.hpp"
#include "host/cli/command.hpp"
#include "host/request.hpp"

#include <optional>
#include <string>
#include <vector>

namespace patchbay::cli {

class Context;

// Shared by all commands that ask a provider for something.
struct RequestArguments {
  std::optional<std::string> prompt_word;
  std::optional<std::string> prompt;
  std::optional<std::string> prompt_file;
  std::optional<std::string> system;
  std::optional<std::string> provider;
  std::optional<std::string> model;
  std::vector<std::string> inputs;
  std::vector<std::string> params;
  std::optional<std::string> timeout;
  std::optional<std::string> session;
  bool retry_billed = false;
};
void add_request_options(std::vector<Option>& options, RequestArguments& arguments);

// Of images alone.
struct ImageArguments {
  std::optional<std::string> size;
  std::optional<std::string> width;
  std::optional<std::string> height;
  std::optional<std::string> resolution;
  std::optional<std::string> aspect_ratio;
  std::optional<std::string> seed;
  std::optional<std::string> count;
};
void add_image_options(std::vector<Option>& options, ImageArguments& arguments);

// All of stdin. Errors: BadInput, where it is longer.
[[nodiscard]] Result<std::string> read_stdin(std::size_t size_max);

// The environment is filled in from the home's configuration. Errors: Usage, BadInput.
[[nodiscard]] Result<host::Request> request_of(const RequestArguments& arguments,
                                               host::Operation operation,
                                               const Context& context);
// How many images; 1 where it is not said. Errors: Usage.
[[nodiscard]] Result<std::size_t> count_of(const ImageArguments& arguments);
// Into the request's parameters. Errors: Usage.
[[nodiscard]] Status add_image_parameters(const ImageArguments& arguments, host::Request& request);

}  // namespace patchbay::cli
