#include "core/net/response_text.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace patchbay::net {
namespace {

constexpr std::array<std::pair<unsigned, std::string_view>, 27> phrases{{
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
}};

bool fits_a_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

void note_framing(ResponseText& text, std::string_view name, const std::string& value) {
  if (name == "content-length") {
    std::uint64_t length = 0;
    const char* const end = value.data() + value.size();
    if (std::from_chars(value.data(), end, length).ptr == end) text.content_length = length;
  } else if (name == "transfer-encoding") {
    text.is_framed = true;
  } else if (name == "connection" && equal_ignoring_case(value, "close")) {
    text.keeps_alive = false;
  }
}

}  // namespace

std::string_view reason_phrase(unsigned status) noexcept {
  const auto found = std::find_if(phrases.begin(), phrases.end(), [status](const auto& phrase) {
    return phrase.first == status;
  });
  return found == phrases.end() ? "Status" : found->second;
}

std::string chunk_head(std::size_t size) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr;
  return std::string(digits.data(), end) + "\r\n";
}

ResponseText response_text(unsigned status, const std::vector<Header>& headers) {
  ResponseText text;
  text.head =
      "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason_phrase(status)) + "\r\n";
  for (const Header& header : headers) {
    if (!fits_a_line(header.name) || !fits_a_line(header.value)) continue;
    note_framing(text, lower_case(header.name), header.value);
    text.head += header.name + ": " + header.value + "\r\n";
  }
  return text;
}

}  // namespace patchbay::net
