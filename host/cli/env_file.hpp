// Lines NAME=VALUE, as .env files have them. Nothing is expanded or run.
#pragma once

#include <cstddef>
#include <string_view>

namespace patchbay::cli {

inline constexpr std::size_t env_file_size_max = std::size_t{256} << 10U;  // bytes

// The value of the last line that sets `name`: without "export", without quotes around all of it,
// and without a comment after it. A view into the text; empty where it is not set, or to nothing.
[[nodiscard]] std::string_view value_in_env_file(std::string_view text, std::string_view name);

}  // namespace patchbay::cli
