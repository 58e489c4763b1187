// The only code that sees a decrypted credential and an outgoing request together. It decides where
// a request may go, what it may say, and attaches the credential last.
#pragma once

#include "core/base/redactor.hpp"
#include "core/base/secret.hpp"
#include "core/net/http_client.hpp"
#include "host/engine/body.hpp"
#include "host/router/router.hpp"
#include <patchbay/plugin.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

inline constexpr std::size_t request_header_name_size_max = 128;     // bytes
inline constexpr std::size_t request_header_value_size_max = 8'192;  // bytes
inline constexpr std::size_t request_headers_size_max = 32'768;      // bytes, all together

// The setting by which a user lets adapters fetch images from any public host: "1".
inline constexpr const char* image_url_setting = "allow_image_urls";

// What becomes of one HTTP action: everything but the bounds of time and size, which the caller
// sets.
class Transport {
 public:
  struct Options {
    const Provider& provider;
    const AdapterManifest& manifest;
    const SegmentedBody::Blobs& blobs;
    const Redactor& redactor;
    SecretBytes credential;                    // empty: none
    std::vector<std::string> allowed_origins;  // signed for this credential
  };

  explicit Transport(Options options) : options_(std::move(options)) {}

  // From now on the redactor knows the credential, if there is one.
  [[nodiscard]] Result<Redactor::Registration> hide_credential(Redactor& redactor) const;

  void forget_credential() { options_.credential = {}; }

  // Errors are refusals: nothing is sent. Plugin where the adapter asks for what no adapter may;
  // NotConfigured without a credential, which is never left away silently; Tampered for an origin
  // that nobody signed for; NotAllowed for what the user did not allow; BadInput for the inputs.
  // `wanted` has passed check_payload().
  [[nodiscard]] Result<net::HttpRequest> prepare(const patchbay_http_request& wanted,
                                                 std::shared_ptr<BodyProgress> progress) const;

 private:
  // Where a request goes, and what its origin is good for.
  struct Destination {
    net::Url url;
    net::AllowPrivate allow_private = net::AllowPrivate::No;
    bool credentialed = false;
    bool get_only = false;
  };

  [[nodiscard]] Result<Destination> destination_of(const patchbay_http_request& wanted) const;
  [[nodiscard]] Result<Destination> at_endpoint(std::string_view target) const;
  [[nodiscard]] Result<Destination> at_manifest_origin(std::uint32_t index,
                                                       std::string_view target) const;
  [[nodiscard]] Result<Destination> at_url(std::string_view url) const;
  [[nodiscard]] Result<std::vector<net::Header>> headers_of(
      const patchbay_http_request& wanted) const;
  [[nodiscard]] Status check_header(std::string_view name, std::string_view value) const;
  [[nodiscard]] Status check_secrets(const net::HttpRequest& request,
                                     std::string_view literal_body) const;
  [[nodiscard]] Status attach_credential(net::HttpRequest& request) const;
  [[nodiscard]] const CredentialPlacement* placement() const;

  Options options_;
};

}  // namespace patchbay::host
