// The head of an answer, line by line, with its limits and the rules that keep framing unambiguous.
#pragma once

#include "core/net/http_client.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::net {

// For everything that comes as header lines in one exchange: interim answers and trailers too.
inline constexpr std::size_t response_header_bytes_max = std::size_t{64} << 10U;
inline constexpr std::size_t response_header_lines_max = 128;

class ResponseHead {
 public:
  enum class State : std::uint8_t { Reading, Complete, Failed };

  // `credential_name`: the request's credential header, which an answer may not echo.
  explicit ResponseHead(std::string_view credential_name = {});

  // One line with or without its line break; an empty one ends a head. Interim (1xx) heads are
  // passed over. After Complete, lines are trailers: counted and dropped.
  State add_line(std::string_view line);

  [[nodiscard]] bool complete() const noexcept { return complete_; }
  // True from the status line of the final head on.
  [[nodiscard]] bool started() const noexcept { return status_ >= 200; }
  [[nodiscard]] unsigned status() const noexcept { return status_; }
  // Names in lower case; without those that carry state or echo what the request held.
  [[nodiscard]] const std::vector<Header>& headers() const noexcept { return headers_; }
  [[nodiscard]] std::optional<std::uint64_t> content_length() const noexcept {
    return content_length_;
  }
  // After Failed: "sent two Content-Length headers", to be said of the server.
  [[nodiscard]] NetFailureKind failure_kind() const noexcept { return failure_kind_; }
  [[nodiscard]] std::string_view failure_words() const noexcept { return failure_words_; }

 private:
  State fail(NetFailureKind kind, std::string_view words);
  State read_status_line(std::string_view line);
  State read_header(std::string_view line);
  State read_framing(std::string_view name, std::string_view value);
  State end_head();

  std::string credential_name_;  // lower case
  std::size_t byte_count_ = 0;
  std::size_t line_count_ = 0;
  bool in_head_ = false;
  bool complete_ = false;
  bool chunked_ = false;
  unsigned status_ = 0;
  std::vector<Header> headers_;
  std::optional<std::uint64_t> content_length_;
  NetFailureKind failure_kind_ = NetFailureKind::Broken;
  std::string_view failure_words_;  // of a literal
};

}  // namespace patchbay::net
