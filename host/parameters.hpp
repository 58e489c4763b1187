// Which parameters a request may carry: the standard ones, and those that a plugin declares.
#pragma once

#include "core/base/result.hpp"
#include "host/loader/manifest.hpp"
#include "host/request.hpp"

#include <span>
#include <string_view>

namespace patchbay::host {

// As patchbay_request in patchbay/plugin.h has them.
[[nodiscard]] std::span<const std::string_view> standard_parameters();

// A misspelt parameter would be paid for without having any effect. Errors: BadInput, with the
// nearest name that this adapter knows.
[[nodiscard]] Status check_parameters(const Request& request, const AdapterManifest& manifest);

// Likewise for a setting of a provider's row, beside the host's own.
[[nodiscard]] Status check_setting(std::string_view name, const AdapterManifest& manifest);

}  // namespace patchbay::host
