#include "core/net/address.hpp"

#include "core/net/url.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <span>

namespace patchbay::net {
namespace {

struct Range4 {
  std::array<std::uint8_t, 4> prefix;
  unsigned bits;
};

struct Range6 {
  std::array<std::uint8_t, 16> prefix;
  unsigned bits;
};

// The special-purpose registry of IANA, less what is globally reachable.
constexpr std::array ranges4{
    Range4{{0, 0, 0, 0}, 8},        // this network
    Range4{{10, 0, 0, 0}, 8},       // private
    Range4{{100, 64, 0, 0}, 10},    // shared by carriers
    Range4{{127, 0, 0, 0}, 8},      // loopback
    Range4{{169, 254, 0, 0}, 16},   // link-local, and the metadata services of clouds
    Range4{{172, 16, 0, 0}, 12},    // private
    Range4{{192, 0, 0, 0}, 24},     // protocol assignments
    Range4{{192, 0, 2, 0}, 24},     // documentation
    Range4{{192, 88, 99, 0}, 24},   // 6to4 relays
    Range4{{192, 168, 0, 0}, 16},   // private
    Range4{{198, 18, 0, 0}, 15},    // benchmarks
    Range4{{198, 51, 100, 0}, 24},  // documentation
    Range4{{203, 0, 113, 0}, 24},   // documentation
    Range4{{224, 0, 0, 0}, 4},      // multicast
    Range4{{240, 0, 0, 0}, 4},      // reserved, and the broadcast address
};

constexpr std::array ranges6{
    Range6{{}, 96},                                    // unspecified, loopback, IPv4-compatible
    Range6{{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48},  // translation, local use
    Range6{{0x01, 0x00}, 64},                          // discard
    Range6{{0x20, 0x01, 0x00, 0x00}, 32},              // Teredo
    Range6{{0x20, 0x01, 0x00, 0x02, 0x00, 0x00}, 48},  // benchmarks
    Range6{{0x20, 0x01, 0x0d, 0xb8}, 32},              // documentation
    Range6{{0x20, 0x02}, 16},                          // 6to4: any IPv4 address inside
    Range6{{0x3f, 0xff}, 20},                          // documentation
    Range6{{0xfc, 0x00}, 7},                           // unique local
    Range6{{0xfe, 0x80}, 10},                          // link-local
    Range6{{0xfe, 0xc0}, 10},                          // site-local
    Range6{{0xff, 0x00}, 8},                           // multicast
};

// Ranges whose last four bytes are the IPv4 address that is reached.
constexpr std::array embedding6{
    Range6{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96},  // mapped
    Range6{{0x00, 0x64, 0xff, 0x9b}, 96},                    // translated
};

bool is_within(std::span<const std::uint8_t> address,
               std::span<const std::uint8_t> prefix,
               unsigned bits) {
  const std::size_t whole = bits / 8;
  if (!std::equal(
          prefix.begin(), prefix.begin() + static_cast<std::ptrdiff_t>(whole), address.begin())) {
    return false;
  }
  const unsigned rest = bits % 8;
  return rest == 0 || (address[whole] >> (8 - rest)) == (prefix[whole] >> (8 - rest));
}

bool is_private4(std::span<const std::uint8_t, 4> address) {
  return std::any_of(ranges4.begin(), ranges4.end(), [&](const Range4& range) {
    return is_within(address, range.prefix, range.bits);
  });
}

bool is_private6(std::span<const std::uint8_t, 16> address) {
  const auto holds = [&](const Range6& range) {
    return is_within(address, range.prefix, range.bits);
  };
  if (std::any_of(embedding6.begin(), embedding6.end(), holds)) {
    return is_private4(address.last<4>());
  }
  return std::any_of(ranges6.begin(), ranges6.end(), holds);
}

}  // namespace

bool is_private_address(const sockaddr& address) noexcept {
  if (address.sa_family == AF_INET) {
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in&>(address).sin_addr, 4);
    return is_private4(bytes);
  }
  if (address.sa_family == AF_INET6) {
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, 16);
    return is_private6(bytes);
  }
  return true;
}

std::optional<sockaddr_storage> parse_address(std::string_view numeric) noexcept {
  std::array<char, INET6_ADDRSTRLEN> text{};
  // inet_pton() would read up to a NUL and take what stands before it for the whole.
  const bool has_nul = numeric.find('\0') != std::string_view::npos;
  if (has_nul || numeric.size() >= text.size()) return std::nullopt;
  std::copy(numeric.begin(), numeric.end(), text.begin());
  sockaddr_storage storage{};
  auto& address4 = reinterpret_cast<sockaddr_in&>(storage);
  auto& address6 = reinterpret_cast<sockaddr_in6&>(storage);
  if (inet_pton(AF_INET, text.data(), &address4.sin_addr) == 1) {
    storage.ss_family = AF_INET;
    return storage;
  }
  if (inet_pton(AF_INET6, text.data(), &address6.sin6_addr) == 1) {
    storage.ss_family = AF_INET6;
    return storage;
  }
  return std::nullopt;
}

bool is_address(std::string_view text) noexcept {
  return parse_address(text).has_value();
}

bool is_private_address(std::string_view numeric) noexcept {
  const auto socket_address = parse_address(numeric);
  return !socket_address || is_private_address(reinterpret_cast<const sockaddr&>(*socket_address));
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    unsigned value = 0;
    const char* const digits = text.data() + i + 1;
    if (std::from_chars(digits, digits + 2, value, 16).ptr != digits + 2) return std::nullopt;
    decoded += static_cast<char>(value);
    i += 2;
  }
  return decoded;
}

std::string host_and_port(std::string_view host, unsigned port) {
  std::string text(host);
  if (text.find(':') != std::string::npos) text = "[" + text + "]";
  return text + ":" + std::to_string(port);
}

}  // namespace patchbay::net
