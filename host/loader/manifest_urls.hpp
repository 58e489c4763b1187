// The addresses in a manifest.
#pragma once

#include "host/loader/manifest_fields.hpp"

#include <string>
#include <string_view>

namespace patchbay::host {

// Both in the words of a manifest's errors.
[[nodiscard]] Status check_https(const ManifestFields& fields,
                                 std::string_view name,
                                 const std::string& url);
// The base of an API, or another place that a row may name.
[[nodiscard]] Status check_endpoint(const ManifestFields& fields,
                                    std::string_view name,
                                    const std::string& url);

}  // namespace patchbay::host
