// What a request may look like before any of it is sent.
#pragma once

#include "core/net/http_client.hpp"

namespace patchbay::net {

inline constexpr std::size_t request_header_count_max = 100;
inline constexpr std::size_t request_header_bytes_max = std::size_t{32} << 10U;

// Errors: BadInput, naming the header or the rule; never a value.
[[nodiscard]] Status check_request(const HttpRequest& request);

}  // namespace patchbay::net
