#include "host/loader/manifest_urls.hpp"

#include "core/net/url.hpp"

namespace patchbay::host {
namespace {

constexpr std::size_t endpoint_size_max = 500;  // bytes

}  // namespace

Status check_https(const ManifestFields& fields, std::string_view name, const std::string& url) {
  const Result<net::Url> parsed = net::parse_url(url);
  if (!parsed.ok()) return fields.wrong(name, "is no URL: " + parsed.error().message);
  if (parsed.value().scheme != "https") return fields.wrong(name, "is not https");
  return {};
}

Status check_endpoint(const ManifestFields& fields, std::string_view name, const std::string& url) {
  if (url.size() > endpoint_size_max) return fields.wrong(name, "is longer than 500 bytes");
  PATCHBAY_TRY(check_https(fields, name, url));
  const Result<net::Url> endpoint = net::parse_endpoint(url, net::AllowPrivate::No);
  if (!endpoint.ok()) return fields.wrong(name, "cannot be used: " + endpoint.error().message);
  return {};
}

}  // namespace patchbay::host
