#include "core/net/request_reader.hpp"

#include "core/base/text.hpp"
#include "core/net/address.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <iterator>
#include <optional>
#include <string>
#include <utility>

namespace patchbay::net {

namespace http = boost::beast::http;

struct RequestReader::Parser : http::request_parser<http::string_body> {};

RequestReader::RequestReader(std::size_t body_size_max) : parser_(std::make_unique<Parser>()) {
  parser_->eager(true);
  parser_->header_limit(server_header_bytes_max);
  parser_->body_limit(body_size_max);
}

RequestReader::~RequestReader() = default;

void RequestReader::refuse(unsigned status) {
  state_ = State::Refused;
  refusal_status_ = status;
}

std::size_t RequestReader::feed(std::string_view bytes) {
  if (state_ == State::Complete || state_ == State::Refused || bytes.empty()) return 0;
  boost::system::error_code failure;
  const std::size_t used = parser_->put(boost::asio::buffer(bytes.data(), bytes.size()), failure);
  if (failure == http::error::body_limit) {
    refuse(413);
  } else if (failure == http::error::header_limit) {
    refuse(431);
  } else if (failure && failure != http::error::need_more) {
    refuse(400);
  } else if (state_ == State::Head && parser_->is_header_done()) {
    state_ = State::Body;
    look_at_head();
  }
  if (state_ == State::Body && parser_->is_done()) state_ = State::Complete;
  return used;
}

void RequestReader::look_at_head() {
  const auto& request = parser_->get();
  const std::string_view target(request.target().data(), request.target().size());
  const auto count = std::distance(request.begin(), request.end());
  if (static_cast<std::size_t>(count) > server_header_count_max) {
    refuse(431);
    return;
  }
  std::optional<std::string> path = percent_decoded(target.substr(0, target.find('?')));
  if (!path || path->find('\0') != std::string::npos) {
    refuse(400);
    return;
  }
  path_ = std::move(*path);
}

bool RequestReader::expects_continue() const {
  const auto value = parser_->get()[http::field::expect];
  return equal_ignoring_case({value.data(), value.size()}, "100-continue");
}

bool RequestReader::keeps_alive() const {
  return state_ != State::Refused && parser_->get().keep_alive();
}

bool RequestReader::is_http_1_0() const {
  return parser_->get().version() < 11;
}

ServerRequest RequestReader::take() {
  auto& message = parser_->get();
  ServerRequest request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  request.path = std::move(path_);
  for (const auto& field : message) {
    request.headers.push_back({lower_case({field.name_string().data(), field.name_string().size()}),
                               std::string(field.value())});
  }
  request.body = std::move(message.body());
  return request;
}

}  // namespace patchbay::net
