#include "host/engine/transport.hpp"

#include "core/base/text.hpp"
#include "host/engine/abi_text.hpp"
#include "host/engine/contract.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::array methods{
    std::string_view("GET"),
    std::string_view("POST"),
    std::string_view("PUT"),
    std::string_view("PATCH"),
    std::string_view("DELETE"),
};

// The host's own business, and what would tear one message into two.
constexpr std::array forbidden_headers{
    std::string_view("host"),
    std::string_view("authorization"),
    std::string_view("cookie"),
    std::string_view("connection"),
    std::string_view("keep-alive"),
    std::string_view("te"),
    std::string_view("trailer"),
    std::string_view("transfer-encoding"),
    std::string_view("upgrade"),
    std::string_view("content-length"),
    std::string_view("expect"),
    std::string_view("accept-encoding"),
    std::string_view("http2-settings"),
};
constexpr std::string_view forbidden_prefix = "proxy-";

bool is_token_character(char c) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || marks.find(c) != std::string_view::npos;
}

bool is_value_character(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
}

template <typename Container, typename Value>
bool contains(const Container& container, const Value& value) {
  return std::find(container.begin(), container.end(), value) != container.end();
}

Error refused(ErrorCode code, std::string message, std::string hint = {}) {
  return Error{code, std::move(message), std::move(hint), {}};
}

}  // namespace

const CredentialPlacement* Transport::placement() const {
  const auto found = options_.manifest.auth.find(options_.provider.auth_type);
  return found == options_.manifest.auth.end() ? nullptr : &found->second;
}

Result<Redactor::Registration> Transport::hide_credential(Redactor& redactor) const {
  if (options_.credential.empty()) return Redactor::Registration();
  return redactor.add(options_.credential);
}

Result<net::HttpRequest> Transport::prepare(const patchbay_http_request& wanted,
                                            std::shared_ptr<BodyProgress> progress) const {
  net::HttpRequest request;
  request.method = view_of(wanted.method);
  if (!contains(methods, request.method))
    return contract_error("the method '" + printable(shortened(request.method, 16)) + "'");
  Destination destination = PATCHBAY_TRY(destination_of(wanted));
  const bool anonymous = (wanted.flags & PATCHBAY_HTTP_ANONYMOUS) != 0 ||
                         wanted.origin == PATCHBAY_ORIGIN_URL ||
                         !options_.manifest.needs_credential;
  if (destination.get_only && (request.method != "GET" || wanted.body_count != 0))
    return contract_error("only GET without a body may go to " + destination.url.origin());
  if (!anonymous && !destination.credentialed)
    return contract_error("its manifest lets no credential go to " + destination.url.origin());

  request.url = std::move(destination.url);
  request.allow_private = destination.allow_private;
  request.headers = PATCHBAY_TRY(headers_of(wanted));
  std::unique_ptr<SegmentedBody> body;
  if (wanted.body_count != 0)
    body = PATCHBAY_TRY(SegmentedBody::create(
        std::span(wanted.body, wanted.body_count), options_.blobs, std::move(progress)));
  // Before the credential is there: afterwards it would be found where it belongs.
  PATCHBAY_TRY(check_secrets(request, body ? body->literal() : std::string_view()));
  request.body = std::move(body);
  if (!anonymous) PATCHBAY_TRY(attach_credential(request));
  return request;
}

Result<Transport::Destination> Transport::destination_of(
    const patchbay_http_request& wanted) const {
  const std::string_view target = view_of(wanted.target);
  if (wanted.origin == PATCHBAY_ORIGIN_ENDPOINT) return at_endpoint(target);
  if (wanted.origin == PATCHBAY_ORIGIN_URL) return at_url(target);
  return at_manifest_origin(wanted.origin, target);
}

Result<Transport::Destination> Transport::at_endpoint(std::string_view target) const {
  const Provider& provider = options_.provider;
  Destination destination;
  destination.allow_private =
      provider.allows_private() ? net::AllowPrivate::Yes : net::AllowPrivate::No;
  const net::Url base =
      PATCHBAY_TRY(net::parse_endpoint(provider.endpoint_url, destination.allow_private));
  destination.url = PATCHBAY_TRY(net::join_target(base, target));
  destination.credentialed = true;
  return destination;
}

Result<Transport::Destination> Transport::at_manifest_origin(std::uint32_t index,
                                                             std::string_view target) const {
  if (index > options_.manifest.origins.size())
    return contract_error("origin " + std::to_string(index) + " is not in its manifest");
  const ManifestOrigin& origin = options_.manifest.origins[index - 1];
  const net::Url base = PATCHBAY_TRY(net::parse_endpoint(origin.origin, net::AllowPrivate::No));
  Destination destination;
  destination.url = PATCHBAY_TRY(net::join_target(base, target));
  destination.credentialed = origin.credentialed;
  destination.get_only = !origin.credentialed;
  if (!origin.credentialed && !origin.anonymous_get)
    return contract_error("its manifest gives no use for " + origin.origin);
  return destination;
}

Result<Transport::Destination> Transport::at_url(std::string_view url) const {
  Destination destination;
  destination.url = PATCHBAY_TRY(net::parse_url(url));
  destination.get_only = true;
  const std::string origin = destination.url.origin();
  if (destination.url.scheme != "https")
    return refused(ErrorCode::NoOutput, "an image at " + origin + " is not fetched without TLS");
  const auto& declared = options_.manifest.origins;
  const bool is_declared = std::any_of(declared.begin(), declared.end(), [&](const auto& it) {
    return it.anonymous_get && it.origin == origin;
  });
  if (is_declared) return destination;
  if (!options_.manifest.anonymous_get_anywhere)
    return contract_error("its manifest does not name " + origin);
  if (options_.provider.setting(image_url_setting) == "1") return destination;
  return refused(
      ErrorCode::NoOutput,
      "the provider's answer points to an image at " + origin + ", which was not fetched",
      "to allow such images: patchbay provider set " + options_.provider.name + " --setting " +
          image_url_setting + "=1");
}

Status Transport::check_header(std::string_view name, std::string_view value) const {
  const std::string shown = printable(shortened(name, 64));
  if (name.empty() || name.size() > request_header_name_size_max ||
      !std::all_of(name.begin(), name.end(), is_token_character))
    return contract_error("'" + shown + "' is no header name");
  if (value.size() > request_header_value_size_max ||
      !std::all_of(value.begin(), value.end(), is_value_character))
    return contract_error("the value of header '" + shown + "' is too long or has control bytes");
  const std::string lower = lower_case(name);
  const CredentialPlacement* own = placement();
  if (contains(forbidden_headers, std::string_view(lower)) || lower.starts_with(forbidden_prefix) ||
      (own != nullptr && lower == lower_case(own->header)))
    return contract_error("it may not set the header '" + shown + "'");
  return {};
}

Result<std::vector<net::Header>> Transport::headers_of(const patchbay_http_request& wanted) const {
  std::vector<net::Header> headers;
  std::size_t size = 0;
  for (const auto& [key, value] : std::span(wanted.headers, wanted.header_count)) {
    PATCHBAY_TRY(check_header(view_of(key), view_of(value)));
    net::Header& header = headers.emplace_back();
    header.name = view_of(key);
    header.value = view_of(value);
    size += header.name.size() + header.value.size();
  }
  if (size > request_headers_size_max)
    return contract_error("its headers have " + std::to_string(size) + " bytes");
  return headers;
}

Status Transport::check_secrets(const net::HttpRequest& request,
                                std::string_view literal_body) const {
  const auto is_leak = [this](std::string_view text) {
    return options_.redactor.contains_secret(text);
  };
  bool leaks = is_leak(request.url.text()) || is_leak(literal_body);
  for (const net::Header& header : request.headers)
    leaks = leaks || is_leak(header.name) || is_leak(header.value);
  if (!leaks) return {};
  return refused(ErrorCode::BadInput,
                 "the request holds a stored secret outside of its place, and was not sent",
                 "take the secret out of the prompt and the parameters; if it is not there, do not "
                 "use this plugin");
}

Status Transport::attach_credential(net::HttpRequest& request) const {
  const Provider& provider = options_.provider;
  const CredentialPlacement* own = placement();
  if (own == nullptr)
    return refused(ErrorCode::NotConfigured,
                   "the adapter of provider '" + provider.name + "' does not know auth type '" +
                       provider.auth_type + "'",
                   "change it: patchbay provider set " + provider.name + " --auth-type TYPE");
  if (options_.credential.empty())
    return refused(ErrorCode::NotConfigured,
                   "provider '" + provider.name + "' needs a key for this, and has none",
                   "run: patchbay configure --provider " + provider.name);
  const std::string origin = request.url.origin();
  if (!contains(options_.allowed_origins, origin))
    return refused(
        ErrorCode::Tampered,
        "nobody signed for sending the key of provider '" + provider.name + "' to " + origin,
        "if that is where it belongs: patchbay key approve");
  net::CredentialHeader header;
  header.name = own->header;
  header.prefix = own->prefix;
  header.secret = PATCHBAY_TRY(SecretBytes::copy_of(options_.credential.expose()));
  request.credential = std::move(header);
  return {};
}

}  // namespace patchbay::host
