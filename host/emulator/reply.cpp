#include "host/emulator/reply.hpp"

#include <utility>

namespace patchbay::emulator {

void Reply::set_type(std::string_view content_type) {
  std::erase_if(headers, [](const net::Header& header) { return header.name == "Content-Type"; });
  headers.push_back({.name = "Content-Type", .value = std::string(content_type)});
}

Reply make_reply(unsigned status, std::string_view content_type, std::string text) {
  Reply reply;
  reply.status = status;
  reply.set_type(content_type);
  reply.body.add_text(std::move(text));
  return reply;
}

}  // namespace patchbay::emulator
