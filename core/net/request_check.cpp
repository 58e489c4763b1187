#include "core/net/request_check.hpp"

#include "core/base/text.hpp"
#include "core/net/address.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace patchbay::net {
namespace {

// The client's own: they frame the message, lead to another host, or carry state.
constexpr std::array<std::string_view, 14> reserved_names{"accept-encoding",
                                                          "connection",
                                                          "content-length",
                                                          "cookie",
                                                          "expect",
                                                          "host",
                                                          "http2-settings",
                                                          "keep-alive",
                                                          "proxy-connection",
                                                          "te",
                                                          "trailer",
                                                          "transfer-encoding",
                                                          "upgrade",
                                                          "proxy-authorization"};

Error refused(std::string message, std::string hint = {}) {
  return Error{.code = ErrorCode::BadInput,
               .message = std::move(message),
               .hint = std::move(hint),
               .provider = {}};
}

bool is_token_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

Status check_header(std::string_view name, std::string_view value) {
  const std::string shown = printable(shortened(name, 80));
  if (!is_token(name)) return refused("\"" + shown + "\" is not a valid header name");
  if (!is_printable_ascii(value)) {
    return refused("the header " + shown +
                   " holds a line break, a control character or a character outside ASCII");
  }
  const std::string lower = lower_case(name);
  if (std::find(reserved_names.begin(), reserved_names.end(), lower) != reserved_names.end()) {
    return refused("the header " + shown + " is not the caller's to set");
  }
  return {};
}

Status check_credential(const HttpRequest& request) {
  const CredentialHeader& credential = *request.credential;
  if (credential.secret.empty()) return refused("the credential of the request is empty");
  PATCHBAY_TRY(check_header(credential.name, credential.prefix));
  // The wording names no part of the secret, not even its length.
  if (!is_printable_ascii(credential.secret.expose_text())) {
    return refused("the credential holds a character that no header can carry",
                   "store the key again; a line break may have been copied with it");
  }
  for (const Header& header : request.headers) {
    if (equal_ignoring_case(header.name, credential.name)) {
      return refused("the header " + printable(header.name) + " belongs to the credential");
    }
  }
  return {};
}

Status check_url(const Url& url, AllowPrivate allow_private) {
  // Parsed again: a Url can be put together by hand.
  const Url parsed = PATCHBAY_TRY(parse_url(url.text()));
  if (parsed.host != url.host || parsed.port != url.port || parsed.path != url.path) {
    return refused("the URL is not in its plain form");
  }
  if (allow_private == AllowPrivate::Yes) return {};
  if (url.scheme != "https") {
    return refused("the URL of " + printable(url.host) + " is not encrypted",
                   "use https://, or pass --allow-private for a server of your own");
  }
  if (is_address(url.host) && is_private_address(std::string_view(url.host))) {
    return refused(url.host + " is an address of this machine or of a private network",
                   "pass --allow-private if that is what you want");
  }
  return {};
}

}  // namespace

Status check_request(const HttpRequest& request) {
  PATCHBAY_TRY(check_url(request.url, request.allow_private));
  if (!is_token(request.method) || request.method.size() > 16 || request.method == "CONNECT") {
    return refused("the request's method cannot be used");
  }
  if (request.body != nullptr && (request.method == "GET" || request.method == "HEAD")) {
    return refused(request.method + " requests carry no body");
  }
  if (request.headers.size() > request_header_count_max) {
    return refused("the request has more than 100 headers");
  }
  std::size_t size = 0;
  for (const Header& header : request.headers) {
    PATCHBAY_TRY(check_header(header.name, header.value));
    size += header.name.size() + header.value.size() + 4;
  }
  if (request.credential) {
    PATCHBAY_TRY(check_credential(request));
    size += request.credential->name.size() + request.credential->prefix.size() +
            request.credential->secret.size() + 4;
  }
  if (size > request_header_bytes_max) return refused("the request's headers exceed 32 KiB");
  return {};
}

}  // namespace patchbay::net
