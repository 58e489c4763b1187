// What a session did: see host/check/transcript.hpp.
#pragma once

#include "host/check/transcript.hpp"

namespace patchbay::contract {

using namespace check;  // NOLINT(google-build-using-namespace): tests speak of its words alone

}  // namespace patchbay::contract
