// URLs and where a request may go. The input is a URL, a line feed, and an adapter's target; its
// first bytes are an address too.
#include "core/net/address.hpp"
#include "core/net/url.hpp"
#include "tests/fuzz/fuzz_check.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace {

using namespace patchbay;  // NOLINT(google-build-using-namespace): the target's own words
using fuzz::require;

bool is_same(const net::Url& one, const net::Url& other) {
  return one.scheme == other.scheme && one.host == other.host && one.port == other.port &&
         one.path == other.path && one.query == other.query;
}

void check_parts(const net::Url& url) {
  require(url.scheme == "https" || url.scheme == "http", "another scheme");
  require(!url.host.empty() && url.port != 0, "no host or port");
  require(url.host.find_first_of("@/\\?#%[] ") == std::string::npos, "a stray character in a host");
  require(
      std::none_of(url.host.begin(), url.host.end(), [](char c) { return c >= 'A' && c <= 'Z'; }),
      "an upper-case host");
  require(url.path.starts_with('/'), "a path without a slash");
  require((url.path + url.query).find('#') == std::string::npos, "a fragment");
}

// A private address in any of its spellings. "1.2.3.4" is what libcurl makes of all of them.
bool names_this_machine(const net::Url& url) {
  if (url.host == "localhost" || url.host.ends_with(".localhost")) return true;
  return net::is_address(url.host) && net::is_private_address(std::string_view(url.host));
}

void check_url(std::string_view text) {
  const Result<net::Url> url = net::parse_url(text);
  if (!url.ok()) return require(url.error().code == ErrorCode::BadInput, "another error");
  check_parts(url.value());
  // What was understood is written so that it is understood the same.
  const std::string written = url.value().text();
  const Result<net::Url> again = net::parse_url(written);
  require(again.ok() || written.size() > net::url_size_max, "its own text is refused");
  if (again.ok()) require(is_same(again.value(), url.value()), "its own text is read otherwise");
  const Result<net::Url> origin = net::parse_url(url.value().origin());
  require(origin.ok() && origin.value().origin() == url.value().origin(), "the origin moves");
}

void check_endpoint(std::string_view text) {
  const Result<net::Url> strict = net::parse_endpoint(text, net::AllowPrivate::No);
  const Result<net::Url> free = net::parse_endpoint(text, net::AllowPrivate::Yes);
  if (free.ok()) {
    require(free.value().query.empty(), "an endpoint with a query");
    const bool is_public = free.value().scheme == "https" && !names_this_machine(free.value());
    require(strict.ok() == is_public, "a public endpoint is refused, or another one taken");
  }
  require(free.ok() || !strict.ok(), "what is private is taken, what is public is not");
}

void check_target(std::string_view base_text, std::string_view target) {
  const Result<net::Url> base = net::parse_url(base_text);
  if (!base.ok()) return;
  const Result<net::Url> joined = net::join_target(base.value(), target);
  if (!joined.ok()) return require(joined.error().code == ErrorCode::Plugin, "another error");
  const std::string text = joined.value().text();
  const Result<net::Url> sent = net::parse_url(text);
  require(sent.ok(), "a joined URL is refused");
  require(sent.value().origin() == base.value().origin(), "a target left the origin");
  std::string folder = base.value().path;
  while (folder.ends_with('/')) folder.pop_back();
  require(sent.value().path.starts_with(folder + "/"), "a target left the base path");
}

// The same address as a socket address, as text, and mapped into IPv6.
void check_address(const std::array<std::uint8_t, 16>& bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  std::memcpy(&six.sin6_addr, bytes.data(), bytes.size());
  const bool is_private = net::is_private_address(reinterpret_cast<const sockaddr&>(six));
  require(is_private == net::is_private_address(std::string_view(text.data())), "text differs");
  const bool is_local =
      (bytes[0] & 0xFEU) == 0xFC || bytes[0] == 0xFF || (bytes[0] == 0xFE && bytes[1] >= 0x80);
  require(is_private || !is_local, "a local address counts as public");
  sockaddr_in four{};
  four.sin_family = AF_INET;
  std::memcpy(&four.sin_addr, bytes.data() + 12, 4);
  const bool is_private4 = net::is_private_address(reinterpret_cast<const sockaddr&>(four));
  sockaddr_in6 mapped{};
  mapped.sin6_family = AF_INET6;
  mapped.sin6_addr.s6_addr[10] = mapped.sin6_addr.s6_addr[11] = 0xFF;
  std::memcpy(mapped.sin6_addr.s6_addr + 12, bytes.data() + 12, 4);
  require(is_private4 == net::is_private_address(reinterpret_cast<const sockaddr&>(mapped)),
          "a mapped address is judged otherwise");
  const std::uint8_t first = bytes[12];
  if (first == 10 || first == 127 || first == 0 || first >= 224)
    require(is_private4, "a private network counts as public");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line_end = std::min(input.find('\n'), size);
  const std::string_view text = input.substr(0, line_end);
  check_url(text);
  check_endpoint(text);
  if (line_end < size) check_target(text, input.substr(line_end + 1));
  if (net::is_address(text))
    require(text.find_first_not_of("0123456789abcdefABCDEF:.") == text.npos, "no address at all");
  std::array<std::uint8_t, 16> bytes{};
  std::copy_n(data, std::min(size, bytes.size()), bytes.begin());
  check_address(bytes);
  return 0;
}
