// Of several failures, the one that tells a person and a script most.
#pragma once

#include "core/base/error.hpp"

#include <vector>

namespace patchbay::host {

// What must be mended before anything can work stands before what befell one request alone: in the
// order of exit codes 130, 8, 9, 4, 3, 6, 7, 2, 5, 1, and of the same code the first. Requires one.
[[nodiscard]] const Error& most_telling(const std::vector<Error>& errors);

// Whether the same would befall each further request of this kind, so that none needs to be sent.
[[nodiscard]] bool befalls_all(ErrorCode code);

}  // namespace patchbay::host
