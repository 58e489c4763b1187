// Each setting with its value, and where that came from.
#pragma once

#include "host/cli/examination.hpp"
#include "host/host.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::cli {

class Context;

struct ShownSetting {
  std::string name;
  std::string value;   // without passwords
  std::string origin;  // "default", "patchbay.toml", a variable, or an option
};

// In the order of the documentation; the effective value where none is set.
[[nodiscard]] std::vector<ShownSetting> shown_settings(const Context& context,
                                                       const host::HomeFacts& facts);

// The environment variables that are read, with what they are for.
struct Variable {
  std::string_view name;
  std::string_view help;
};
[[nodiscard]] std::span<const Variable> known_variables();

// Variables that look like one of ours and are none.
void examine_variables(Examination& examination);

// "http://…@proxy.example:8080"
[[nodiscard]] std::string without_password(std::string_view url);

}  // namespace patchbay::cli
