// What a person adds to each request through the settings of the provider's row.
#pragma once

#include <patchbay/call.hpp>
#include <patchbay/json_body.hpp>

#include <string_view>

namespace shared {

// Both take a JSON object in the text `json`, nothing where it is empty, and throw
// Failed(bad_request) where it is none; `setting` is how a message calls it.

// Its members, as members of the object that is open.
void write_members(patchbay::JsonBody& body, std::string_view json, std::string_view setting);

// Its texts, as headers.
void add_headers(patchbay::HttpCall& call, std::string_view json, std::string_view setting);

}  // namespace shared
