// Parameters of a request as JSON numbers, checked before anything is sent.
#pragma once

#include <patchbay/json_body.hpp>
#include <patchbay/request.hpp>

#include <string_view>

namespace shared {

// Nothing where the parameter is not given. Both throw Failed(bad_request).
void write_integer(patchbay::JsonBody& json,
                   const patchbay::Request& request,
                   std::string_view param,
                   std::string_view key);
// A number from 0 on.
void write_decimal(patchbay::JsonBody& json,
                   const patchbay::Request& request,
                   std::string_view param,
                   std::string_view key);

}  // namespace shared
