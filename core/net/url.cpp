#include "core/net/url.hpp"

#include "core/base/text.hpp"
#include "core/net/address.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

namespace patchbay::net {
namespace {

constexpr std::size_t host_size_max = 253;
constexpr std::size_t label_size_max = 63;

struct CurlUrlDeleter {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using CurlUrl = std::unique_ptr<CURLU, CurlUrlDeleter>;

// A password in a URL is not said back.
std::string without_user(std::string_view text) {
  const std::size_t scheme = text.find("://");
  const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t end = std::min(text.find_first_of("/?#", begin), text.size());
  const std::size_t at = text.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < begin) return std::string(text);
  return std::string(text.substr(0, begin)) + "…" + std::string(text.substr(at));
}

Error bad_url(std::string_view text, std::string_view why) {
  return Error{.code = ErrorCode::BadInput,
               .message = "the URL \"" + printable(shortened(without_user(text), 200)) + "\" " +
                          std::string(why),
               .hint = {},
               .provider = {}};
}

bool is_graphic(char character) {
  return character > 0x20 && character < 0x7f;
}

// Beside what libcurl checks: the characters that parsers are known to read differently.
std::optional<std::string_view> shape_problem(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.size() > url_size_max) return "is longer than 2048 bytes";
  if (!std::all_of(text.begin(), text.end(), is_graphic)) {
    return "holds a space, a control character or a character outside ASCII";
  }
  if (text.find('\\') != std::string_view::npos) return "holds a backslash";
  if (text.find('#') != std::string_view::npos) return "has a fragment (#…)";
  const std::size_t colon = text.find("://");
  const std::string scheme = lower_case(text.substr(0, std::min(colon, text.size())));
  if (colon == std::string_view::npos || (scheme != "https" && scheme != "http")) {
    return "does not begin with https:// or http://";
  }
  const std::string_view rest = text.substr(colon + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  if (authority.empty()) return "names no host";
  if (authority.find('@') != std::string_view::npos) return "holds a user name or password";
  if (authority.find('%') != std::string_view::npos) return "has an escape in its host";
  return std::nullopt;
}

std::optional<std::string> part(CURLU* url, CURLUPart which, unsigned flags) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK || text == nullptr) return std::nullopt;
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool is_host_character(char character) {
  return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') ||
         character == '-' || character == '_';
}

bool is_number(std::string_view label) {
  return label.starts_with("0x") ||
         std::all_of(label.begin(), label.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::string_view> name_problem(std::string_view host) {
  if (host.size() > host_size_max) return "has a host name of more than 253 bytes";
  std::string_view label;
  for (std::size_t begin = 0; begin <= host.size(); begin += label.size() + 1) {
    label = host.substr(begin, host.find('.', begin) - begin);
    if (label.empty()) return "has a host name with an empty part";
    if (label.size() > label_size_max) return "has a host name with a part of more than 63 bytes";
    if (!std::all_of(label.begin(), label.end(), is_host_character)) {
      return "has a host name with a character that no host name has";
    }
  }
  // libcurl has turned every spelling of an IPv4 address into the usual one.
  in_addr address{};
  if (is_number(label) && inet_pton(AF_INET, std::string(host).c_str(), &address) != 1) {
    return "has a host that is neither a name nor an IPv4 address";
  }
  return std::nullopt;
}

std::optional<std::string> canonical_ipv6(const std::string& text) {
  in6_addr address{};
  std::array<char, INET6_ADDRSTRLEN> canonical{};
  if (inet_pton(AF_INET6, text.c_str(), &address) != 1) return std::nullopt;
  if (inet_ntop(AF_INET6, &address, canonical.data(), canonical.size()) == nullptr) {
    return std::nullopt;
  }
  return std::string(canonical.data());
}

bool is_local(const Url& url) {
  if (url.host == "localhost" || url.host.ends_with(".localhost")) return true;
  return is_address(url.host) && is_private_address(std::string_view(url.host));
}

Error target_error(std::string_view target, std::string_view why) {
  return Error{.code = ErrorCode::Plugin,
               .message = "the plugin's target \"" + printable(shortened(target, 200)) + "\" " +
                          std::string(why),
               .hint = {},
               .provider = {}};
}

std::optional<std::string_view> target_problem(std::string_view target) {
  if (!target.starts_with('/')) return "does not begin with '/'";
  if (!std::all_of(target.begin(), target.end(), is_graphic)) {
    return "holds a space, a control character or a character outside ASCII";
  }
  if (target.find('\\') != std::string_view::npos) return "holds a backslash";
  if (target.find('#') != std::string_view::npos) return "holds a fragment";
  const std::string_view path = target.substr(0, target.find('?'));
  if (path.find("//") != std::string_view::npos) return "holds \"//\"";
  const std::optional<std::string> decoded = percent_decoded(path);
  if (!decoded) return "holds a broken % escape";
  if (decoded->find("..") != std::string::npos) return "holds \"..\"";
  const auto is_harmful = [](char c) { return c == '\\' || (c >= 0 && c < 0x20) || c == 0x7f; };
  if (std::any_of(decoded->begin(), decoded->end(), is_harmful)) {
    return "holds an escaped backslash or control character";
  }
  return std::nullopt;
}

}  // namespace

std::string Url::origin() const {
  const std::uint16_t usual_port = scheme == "https" ? 443 : 80;
  std::string text = scheme + "://";
  text += host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != usual_port) text += ":" + std::to_string(port);
  return text;
}

std::string Url::text() const {
  return origin() + path + (query.empty() ? "" : "?" + query);
}

Result<Url> parse_url(std::string_view text) {
  if (const auto problem = shape_problem(text)) return bad_url(text, *problem);
  const CurlUrl parsed(curl_url());
  if (parsed == nullptr) {
    return Error{ErrorCode::Internal, "out of memory while reading a URL", {}, {}};
  }
  const CURLUcode code =
      curl_url_set(parsed.get(), CURLUPART_URL, std::string(text).c_str(), CURLU_DISALLOW_USER);
  if (code != CURLUE_OK) {
    return bad_url(text, std::string("cannot be read: ") + curl_url_strerror(code));
  }
  if (part(parsed.get(), CURLUPART_ZONEID, 0)) return bad_url(text, "has an IPv6 zone");

  Url url;
  url.scheme = lower_case(part(parsed.get(), CURLUPART_SCHEME, 0).value_or(""));
  url.host = lower_case(part(parsed.get(), CURLUPART_HOST, 0).value_or(""));
  url.path = part(parsed.get(), CURLUPART_PATH, 0).value_or("/");
  url.query = part(parsed.get(), CURLUPART_QUERY, 0).value_or("");
  const std::string port = part(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or("");
  const auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), url.port);
  if (failure != std::errc() || end != port.data() + port.size() || url.port == 0) {
    return bad_url(text, "has no valid port");
  }
  if (url.host.starts_with('[')) {
    const auto canonical = canonical_ipv6(url.host.substr(1, url.host.size() - 2));
    if (!canonical) return bad_url(text, "has no valid IPv6 address");
    url.host = *canonical;
  } else if (const auto problem = name_problem(url.host)) {
    return bad_url(text, *problem);
  }
  return url;
}

Result<Url> parse_endpoint(std::string_view text, AllowPrivate allow_private) {
  Url url = PATCHBAY_TRY(parse_url(text));
  if (!url.query.empty() || text.find('?') != std::string_view::npos) {
    return bad_url(text, "has a query, which an endpoint cannot have");
  }
  if (allow_private == AllowPrivate::Yes) return url;
  if (url.scheme != "https") {
    Error error = bad_url(text, "is not encrypted; only https endpoints are");
    error.message += ", and http is for servers of your own";
    error.hint =
        "use https://, or pass --allow-private for a server on your own machine or network";
    return error;
  }
  if (is_local(url)) {
    Error error = bad_url(text, "leads to this machine or a private network");
    error.hint = "pass --allow-private if that is what you want";
    return error;
  }
  return url;
}

Result<Url> join_target(const Url& base, std::string_view target) {
  if (const auto problem = target_problem(target)) return target_error(target, *problem);
  Url joined = base;
  const std::size_t question = target.find('?');
  while (joined.path.ends_with('/')) joined.path.pop_back();
  joined.path += target.substr(0, question);
  joined.query = question == std::string_view::npos ? "" : std::string(target.substr(question + 1));
  if (joined.text().size() > url_size_max) return target_error(target, "makes too long a URL");
  return joined;
}

}  // namespace patchbay::net
