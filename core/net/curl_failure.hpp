// libcurl's result codes in our terms.
#pragma once

#include "core/net/http_client.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace patchbay::net {

// What is known about an exchange that libcurl gave up.
struct CurlFailure {
  int code = 0;                // a CURLcode
  std::string_view words;      // libcurl's, may be empty
  std::string_view server;     // "host:port"
  bool resolved = false;       // the name had been looked up
  bool request_begun = false;  // the connection stood, the request may have left
  std::chrono::milliseconds connect_timeout{};
};

[[nodiscard]] NetFailure failure_of(const CurlFailure& failure);

// "300 s", "1.5 s", "250 ms"
[[nodiscard]] std::string in_words(std::chrono::milliseconds duration);

}  // namespace patchbay::net
