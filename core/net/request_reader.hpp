// Puts a request together from the bytes of a connection.
#pragma once

#include "core/net/http_server.hpp"

#include <cstddef>
#include <memory>
#include <string_view>

namespace patchbay::net {

inline constexpr unsigned server_header_bytes_max = 64U << 10U;
inline constexpr std::size_t server_header_count_max = 128;

class RequestReader {
 public:
  enum class State : std::uint8_t { Head, Body, Complete, Refused };

  explicit RequestReader(std::size_t body_size_max);
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;
  ~RequestReader();

  // Takes what it can from the front of `bytes` and returns how much; the rest is to be given
  // again, with more behind it. Nothing is taken after Complete or Refused.
  std::size_t feed(std::string_view bytes);

  [[nodiscard]] State state() const noexcept { return state_; }
  // After Refused: 400, 413 or 431.
  [[nodiscard]] unsigned refusal_status() const noexcept { return refusal_status_; }
  // In Body: the client waits for "100 Continue" before it sends.
  [[nodiscard]] bool expects_continue() const;
  [[nodiscard]] bool keeps_alive() const;
  [[nodiscard]] bool is_http_1_0() const;
  // After Complete, once.
  [[nodiscard]] ServerRequest take();

 private:
  struct Parser;
  void refuse(unsigned status);
  void look_at_head();

  std::unique_ptr<Parser> parser_;
  State state_ = State::Head;
  unsigned refusal_status_ = 400;
  std::string path_;
};

}  // namespace patchbay::net
