// What a request may carry: words, inputs, and parameters, the standard ones and those that a
// plugin declares.
#pragma once

#include "core/base/result.hpp"
#include "host/loader/manifest.hpp"
#include "host/request.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace patchbay::host {

inline constexpr std::size_t prompt_size_max = std::size_t{1} << 20U;  // bytes
inline constexpr std::size_t inputs_max = 64;                          // images of one request

// Words for a provider. Errors: Usage where there are none; BadInput where they are too long, or no
// text.
[[nodiscard]] Status check_prompt(std::string_view prompt);
[[nodiscard]] Error empty_prompt();

// As patchbay_request in patchbay/plugin.h has them.
[[nodiscard]] std::span<const std::string_view> standard_parameters();

// A misspelt parameter would be paid for without having any effect. Errors: BadInput, with the
// nearest name that this adapter knows.
[[nodiscard]] Status check_parameters(const Request& request, const AdapterManifest& manifest);

// Likewise for a setting of a provider's row, beside the host's own.
[[nodiscard]] Status check_setting(std::string_view name, const AdapterManifest& manifest);

}  // namespace patchbay::host
