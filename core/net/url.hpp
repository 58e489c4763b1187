// URLs and where a request may go: parsing, joining, and the address policy.
#pragma once

#include "core/base/result.hpp"

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace patchbay::net {

enum class AllowPrivate : std::uint8_t { No, Yes };

// An absolute http or https URL without user information and fragment.
struct Url {
  std::string scheme;  // "https" or "http"
  std::string host;    // lower case; an IPv6 address without brackets
  std::uint16_t port = 0;
  std::string path;   // begins with '/'; "/" where the text had none
  std::string query;  // without '?'

  // "https://host" or "https://host:port" where the port is not the scheme's own.
  [[nodiscard]] std::string origin() const;
  [[nodiscard]] std::string text() const;
};

inline constexpr std::size_t url_size_max = 2048;

// Errors: BadInput, naming what is wrong.
[[nodiscard]] Result<Url> parse_url(std::string_view text);

// A provider's endpoint: https, or http where private addresses are allowed. No query.
[[nodiscard]] Result<Url> parse_endpoint(std::string_view text, AllowPrivate allow_private);

// `base` plus "/path?query" of an adapter. Errors: Plugin, where the target could leave the origin:
// no leading '/', "//", a backslash, "..", a fragment, control characters or a space.
[[nodiscard]] Result<Url> join_target(const Url& base, std::string_view target);

// Loopback, private, link-local, shared, multicast, metadata, unspecified; mapped forms included.
[[nodiscard]] bool is_private_address(const sockaddr& address) noexcept;

}  // namespace patchbay::net
