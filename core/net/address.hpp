// Numeric addresses as text, and escapes in URLs: what url and the HTTP sides share.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>
#include <string_view>

namespace patchbay::net {

// "10.0.0.1" or "::1", without brackets; nothing for a name.
[[nodiscard]] std::optional<sockaddr_storage> parse_address(std::string_view numeric) noexcept;
[[nodiscard]] bool is_address(std::string_view text) noexcept;
// As for a socket address; true for what is no address.
[[nodiscard]] bool is_private_address(std::string_view numeric) noexcept;

// Nothing where an escape is broken.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);

// "host:port", with brackets where the host is an IPv6 address.
[[nodiscard]] std::string host_and_port(std::string_view host, unsigned port);

}  // namespace patchbay::net
