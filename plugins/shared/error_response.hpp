// What every adapter does with an error response, whatever its format.
#pragma once

#include <patchbay/io.hpp>
#include <patchbay/read.hpp>
#include <patchbay/request.hpp>

#include <cstdint>
#include <string_view>

namespace shared {

// Reads the rest. False where it is no JSON: a proxy's page says nothing about a key.
patchbay::Async<bool> read_error_json(patchbay::Io& io,
                                      patchbay::Exchange& exchange,
                                      patchbay::JsonReader& reader);

// A body that is not the provider's error format.
[[nodiscard]] patchbay::Failure foreign_failure(std::uint32_t http_status);

// In milliseconds from now; `reset` is when a limit ends, in milliseconds since 1970 (seconds are
// left alone: they may as well be a duration). 0 where it says nothing of use.
[[nodiscard]] std::uint64_t wait_until_ms(std::string_view reset, std::uint64_t now_unix_ms);

// The end: what the request and the headers still have to say.
[[nodiscard]] patchbay::Outcome failed(const patchbay::Request& request,
                                       const patchbay::Io& io,
                                       const patchbay::Exchange& exchange,
                                       patchbay::Failure failure);

}  // namespace shared
