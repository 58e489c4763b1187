#include "core/net/response_head.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

namespace patchbay::net {
namespace {

constexpr std::array<std::string_view, 9> dropped_names{"authorization",
                                                        "cookie",
                                                        "proxy-authenticate",
                                                        "proxy-authentication-info",
                                                        "proxy-authorization",
                                                        "set-cookie",
                                                        "set-cookie2",
                                                        "x-api-key",
                                                        "x-goog-api-key"};

bool is_dropped(std::string_view lower_case_name) {
  return std::find(dropped_names.begin(), dropped_names.end(), lower_case_name) !=
         dropped_names.end();
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_value_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

std::string_view without_line_break(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

template <typename Number>
bool read_number(std::string_view text, Number& number) {
  const char* const end = text.data() + text.size();
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): the end comes with it.
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  return !text.empty() && failure == std::errc() && stop == end;
}

}  // namespace

ResponseHead::ResponseHead(std::string_view credential_name)
    : credential_name_(lower_case(credential_name)) {}

ResponseHead::State ResponseHead::fail(NetFailureKind kind, std::string_view words) {
  failure_kind_ = kind;
  failure_words_ = words;
  return State::Failed;
}

ResponseHead::State ResponseHead::add_line(std::string_view line) {
  byte_count_ += line.size();
  ++line_count_;
  if (byte_count_ > response_header_bytes_max) {
    return fail(NetFailureKind::TooLarge, "sent more than 64 KiB of headers");
  }
  if (line_count_ > response_header_lines_max) {
    return fail(NetFailureKind::TooLarge, "sent more than 128 header lines");
  }
  if (complete_) return State::Complete;
  line = without_line_break(line);
  if (!in_head_) return read_status_line(line);
  if (line.empty()) return end_head();
  return read_header(line);
}

ResponseHead::State ResponseHead::read_status_line(std::string_view line) {
  const bool is_known = line.starts_with("HTTP/1.1 ") || line.starts_with("HTTP/1.0 ");
  const std::string_view digits = is_known ? line.substr(9, 3) : std::string_view();
  const bool ends_well = line.size() == 12 || (line.size() > 12 && line[12] == ' ');
  if (!ends_well || digits.size() != 3 || !read_number(digits, status_) || status_ < 100) {
    return fail(NetFailureKind::Broken, "did not answer in HTTP/1.1");
  }
  in_head_ = true;
  headers_.clear();
  content_length_.reset();
  chunked_ = false;
  return State::Reading;
}

ResponseHead::State ResponseHead::read_header(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return fail(NetFailureKind::Broken, "sent a header line that is none");
  }
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!std::all_of(name.begin(), name.end(), is_name_character) ||
      !std::all_of(value.begin(), value.end(), is_value_character)) {
    return fail(NetFailureKind::Broken, "sent a header with characters that no header has");
  }
  const std::string lower = lower_case(name);
  if (read_framing(lower, value) == State::Failed) return State::Failed;
  if (!is_dropped(lower) && lower != credential_name_)
    headers_.push_back({lower, std::string(value)});
  return State::Reading;
}

ResponseHead::State ResponseHead::read_framing(std::string_view name, std::string_view value) {
  if (name == "content-length") {
    if (content_length_) return fail(NetFailureKind::Broken, "sent two Content-Length headers");
    std::uint64_t length = 0;
    if (!read_number(value, length)) {
      return fail(NetFailureKind::Broken, "sent a Content-Length that is no number");
    }
    content_length_ = length;
  } else if (name == "transfer-encoding") {
    if (chunked_) return fail(NetFailureKind::Broken, "sent two Transfer-Encoding headers");
    if (!equal_ignoring_case(value, "chunked")) {
      return fail(NetFailureKind::Policy, "used a transfer encoding that was not asked for");
    }
    chunked_ = true;
  } else if (name == "content-encoding" && !value.empty() &&
             !equal_ignoring_case(value, "identity")) {
    return fail(NetFailureKind::Policy,
                "compressed its answer, although no compression was asked for");
  }
  return State::Reading;
}

ResponseHead::State ResponseHead::end_head() {
  in_head_ = false;
  if (status_ == 101) {
    return fail(NetFailureKind::Broken, "switched to another protocol without being asked");
  }
  if (status_ < 200) return State::Reading;
  if (chunked_ && content_length_) {
    return fail(NetFailureKind::Broken, "sent both Content-Length and Transfer-Encoding");
  }
  complete_ = true;
  return State::Complete;
}

}  // namespace patchbay::net
