#include "host/emulator/wrong_answers.hpp"

#include "host/emulator/gzip.hpp"

#include <optional>
#include <string>
#include <utility>

namespace patchbay::emulator {
namespace {

constexpr std::size_t huge_header_size = std::size_t{256} << 10U;
constexpr std::size_t bomb_size = std::size_t{1} << 20U;
constexpr std::size_t deep_json_depth = 10'000'000;

constexpr std::string_view portal_page =
    "<!DOCTYPE html>\n<html><head><title>Welcome to Hotel Wi-Fi</title></head>\n"
    "<body><h1>Please accept the terms of use</h1><form method=\"post\" action=\"/accept\">"
    "<button>Connect</button></form></body></html>\n";
constexpr std::string_view proxy_page =
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n"
    "</body>\r\n</html>\r\n";
constexpr std::string_view garbage = "\n<!-- served from cache, node 7 --> }]";

std::string deep_json() {
  return "{\"candidates\":" + std::string(deep_json_depth, '[') +
         std::string(deep_json_depth, ']') + "}";
}

// The answers that take the place of the provider's.
std::optional<Reply> other_answer(const FaultSet& faults) {
  if (faults.has(Fault::Html))
    return make_reply(200, "text/html; charset=utf-8", std::string(portal_page));
  if (faults.has(Fault::Html502)) return make_reply(502, "text/html", std::string(proxy_page));
  if (faults.has(Fault::Empty)) return make_reply(200, "application/json; charset=UTF-8", "");
  if (faults.has(Fault::EmptyJson)) return make_reply(200, "application/json; charset=UTF-8", "{}");
  if (faults.has(Fault::DeepJson))
    return make_reply(200, "application/json; charset=UTF-8", deep_json());
  if (faults.has(Fault::Redirect)) {
    Reply reply = make_reply(307, "text/html", "<a href=\"https://elsewhere.invalid/\">moved</a>");
    reply.headers.push_back({.name = "Location", .value = "https://elsewhere.invalid/"});
    return reply;
  }
  return std::nullopt;
}

}  // namespace

void apply_faults(const FaultSet& faults, Reply& reply) {
  if (auto other = other_answer(faults)) reply = std::move(*other);
  if (faults.has(Fault::Gzip)) {
    std::string text;
    for (std::string piece = reply.body.next(1U << 16U); !piece.empty();
         piece = reply.body.next(1U << 16U))
      text += piece;
    reply.body = Body();
    reply.body.add_text(gzip(text));
    reply.headers.push_back({.name = "Content-Encoding", .value = "gzip"});
  }
  if (faults.has(Fault::GzipBomb)) {
    reply.body = Body();
    reply.body.add_text(gzip_bomb(bomb_size));
    reply.headers.push_back({.name = "Content-Encoding", .value = "gzip"});
  }
  if (faults.has(Fault::HugeHeader))
    reply.headers.push_back({.name = "X-Debug-Trace", .value = std::string(huge_header_size, 'x')});
  if (faults.has(Fault::WrongType)) reply.set_type("text/html; charset=utf-8");
  if (faults.has(Fault::GarbageAfter)) reply.body.add_text(std::string(garbage));
  if (faults.has(Fault::EscapedSlashes)) reply.body.escape_slashes();
  if (faults.has(Fault::Truncated)) reply.body.truncate(reply.body.size() / 2);
}

}  // namespace patchbay::emulator
