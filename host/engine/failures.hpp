// How an attempt failed, in the words of the taxonomy: from the adapter, from the network, from
// this machine.
#pragma once

#include "core/base/redactor.hpp"
#include "core/net/http_client.hpp"
#include "host/outcome.hpp"
#include <patchbay/plugin.h>

#include <chrono>
#include <string>
#include <string_view>

namespace patchbay::host {

inline constexpr std::size_t failure_message_size_max = 2'048;  // bytes
inline constexpr std::size_t provider_code_size_max = 200;      // bytes
inline constexpr std::chrono::milliseconds retry_after_believed_max = std::chrono::hours(24);

// Text of others, fit to be shown: without secrets, one line, cut.
[[nodiscard]] std::string shown(std::string_view text,
                                std::size_t size_max,
                                const Redactor& redactor);

// What the adapter reported. An unknown category is the adapter's own failure.
[[nodiscard]] Failure failure_of(const patchbay_failure& reported, const Redactor& redactor);
// What the client reported. Whether it was billed depends on the other exchanges too.
[[nodiscard]] Failure failure_of(const net::NetFailure& reported);
// What went wrong here: a sink, a refusal, a broken contract.
[[nodiscard]] Failure failure_of(const Error& error);
[[nodiscard]] Failure timed_out(std::chrono::milliseconds deadline);
[[nodiscard]] Failure cancelled();

// The PATCHBAY_FAIL_* of a client's failure.
[[nodiscard]] std::uint32_t abi_fail_kind(net::NetFailureKind kind) noexcept;

// True where what the host saw says more than what the adapter made of it.
[[nodiscard]] bool hides_host_failure(const Failure& reported, const Failure& seen);

}  // namespace patchbay::host
