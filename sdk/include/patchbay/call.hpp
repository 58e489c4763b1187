// One HTTP request in the making.
#pragma once

#include <patchbay/body.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::inline v1 {

// Where it goes is an index, so that an origin the manifest does not declare cannot be named, and
// the host attaches the credential. See patchbay_http_request for what the host refuses.
class HttpCall {
 public:
  HttpCall(std::string method, std::string target)
      : method_(std::move(method)), target_(std::move(target)) {}

  HttpCall& body(Body body) {
    body_ = std::move(body);
    return *this;
  }
  HttpCall& header(std::string name, std::string value) {
    headers_.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  HttpCall& origin(std::uint32_t index) {
    origin_ = index;
    return *this;
  }
  HttpCall& anonymous() {
    flags_ |= PATCHBAY_HTTP_ANONYMOUS;
    return *this;
  }

 private:
  friend class Io;

  // Points into this object, which must neither move nor change afterwards.
  [[nodiscard]] const patchbay_http_request& freeze() {
    for (const auto& [name, value] : headers_) pairs_.push_back({to_str(name), to_str(value)});
    segments_ = body_.segments();
    request_.struct_size = sizeof request_;
    request_.origin = origin_;
    request_.flags = flags_;
    request_.method = to_str(method_);
    request_.target = to_str(target_);
    request_.headers = pairs_.data();
    request_.header_count = pairs_.size();
    request_.body = segments_.data();
    request_.body_count = segments_.size();
    return request_;
  }

  std::string method_;
  std::string target_;
  Body body_;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::uint32_t origin_ = PATCHBAY_ORIGIN_ENDPOINT;
  std::uint32_t flags_ = 0;
  std::vector<patchbay_kv> pairs_;
  std::vector<patchbay_segment> segments_;
  patchbay_http_request request_{};
};

}  // namespace patchbay::inline v1
