#include "host/oauth/json_post.hpp"

#include <string_view>
#include <utility>

namespace patchbay::host {

JsonPost::JsonPost(net::EventLoop& loop, net::HttpClient& client, JsonReader& reader, Done done)
    : loop_(loop), client_(client), reader_(reader), done_(std::move(done)) {}

JsonPost::~JsonPost() {
  if (exchange_) client_.cancel(*exchange_);
}

Result<std::unique_ptr<JsonPost>> JsonPost::start(net::EventLoop& loop,
                                                  net::HttpClient& client,
                                                  net::HttpRequest request,
                                                  JsonReader& reader,
                                                  Done done) {
  std::unique_ptr<JsonPost> post(new JsonPost(loop, client, reader, std::move(done)));
  request.method = "POST";
  request.deadline = deadline;
  request.response_size_max = answer_size_max;
  post->exchange_ = PATCHBAY_TRY(client.start(std::move(request), *post));
  return post;
}

void JsonPost::on_head(unsigned status, std::span<const net::Header>) {
  answer_.status = status;
}

net::Flow JsonPost::on_data(std::span<const std::uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  answer_.is_json = answer_.is_json && reader_.write(text);
  return net::Flow::Continue;
}

void JsonPost::on_end() {
  exchange_.reset();
  answer_.is_json = answer_.is_json && reader_.finish();
  finish();
}

void JsonPost::on_fail(const net::NetFailure& failure) {
  exchange_.reset();
  answer_.failure = failure;
  finish();
}

// From the loop: the receiver may drop this object.
void JsonPost::finish() {
  timer_ = loop_.after(std::chrono::milliseconds(0), [this] {
    const Done done = std::move(done_);
    const Answer answer = std::move(answer_);
    done(answer);
  });
}

Error error_of(const net::NetFailure& failure, const std::string& what) {
  const bool is_late = failure.kind == net::NetFailureKind::Timeout;
  return Error{is_late ? ErrorCode::Timeout : ErrorCode::Network, what + ": " + failure.message};
}

}  // namespace patchbay::host
