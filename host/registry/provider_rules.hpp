// The data model's rules for what people may write into a row; lengths are in characters.
#pragma once

#include "core/base/result.hpp"

#include <cstddef>
#include <string_view>

namespace patchbay::host {

inline constexpr std::size_t provider_name_length_max = 50;
inline constexpr std::size_t display_name_length_max = 100;
inline constexpr std::size_t endpoint_length_max = 500;
inline constexpr std::size_t model_name_length_max = 100;
inline constexpr std::size_t environment_length_max = 50;
inline constexpr std::size_t user_length_max = 100;
inline constexpr std::size_t label_length_max = 100;
inline constexpr std::size_t setting_name_length_max = 50;
inline constexpr std::size_t setting_value_length_max = 2000;
inline constexpr std::size_t settings_count_max = 100;  // of one provider

[[nodiscard]] Status check_setting(std::string_view name, std::string_view value);
// Empty: nobody's.
[[nodiscard]] Status check_user(std::string_view user);
[[nodiscard]] Status check_label(std::string_view label);

}  // namespace patchbay::host
