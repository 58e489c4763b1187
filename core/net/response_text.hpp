// Answers of the server as text.
#pragma once

#include "core/net/http_client.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::net {

struct ResponseText {
  std::string head;  // up to and without the empty line
  std::optional<std::uint64_t> content_length;
  bool is_framed = false;  // names a transfer encoding of its own
  bool keeps_alive = true;
};

// Headers that would break out of their line are left out.
[[nodiscard]] ResponseText response_text(unsigned status, const std::vector<Header>& headers);
[[nodiscard]] std::string_view reason_phrase(unsigned status) noexcept;
[[nodiscard]] std::string chunk_head(std::size_t size);

}  // namespace patchbay::net
