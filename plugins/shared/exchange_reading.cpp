#include "plugins/shared/exchange_reading.hpp"

#include "plugins/shared/error_response.hpp"
#include "plugins/shared/words.hpp"

#include <string>
#include <utility>
#include <vector>

namespace shared {
namespace {

bool has_type(const patchbay::Exchange& exchange, std::string_view wanted) {
  const std::string_view type = exchange.header("content-type").substr(0, wanted.size());
  return type.size() == wanted.size() && contains_words(type, wanted);
}

// An image that the answer only points to. The host fetches it where the user allowed that.
patchbay::Async<void> fetch_image(patchbay::Io& io, const std::string& address) {
  patchbay::HttpCall call("GET", address);
  call.origin(PATCHBAY_ORIGIN_URL);
  auto exchange = co_await io.send(std::move(call));
  if (exchange.status() != 200) {
    patchbay::Failure failure(PATCHBAY_ERR_UPSTREAM,
                              "the image was made, but could not be fetched from where the answer "
                              "says it is");
    failure.http_status = exchange.status();
    failure.billed = PATCHBAY_BILLED_YES;
    throw patchbay::Failed(std::move(failure));
  }
  patchbay::PartWriter image(io, {PATCHBAY_PART_IMAGE, PATCHBAY_ENCODING_RAW});
  image.write({}, exchange.header("content-type"));
  while (auto chunk = co_await exchange.chunk()) {
    image.write(*chunk);
    co_await io.drained();
  }
  image.close(PATCHBAY_PART_FINAL, exchange.header("content-type"));
}

std::string_view first_of(std::string_view one, std::string_view other) {
  return one.empty() ? other : one;
}

}  // namespace

bool is_event_stream(const patchbay::Exchange& exchange, bool asked_for_stream) {
  if (has_type(exchange, "text/event-stream")) return true;
  return asked_for_stream && !has_type(exchange, "application/json");
}

patchbay::Async<patchbay::Outcome> read_answer(const patchbay::Request& request,
                                               patchbay::Io& io,
                                               patchbay::Exchange& exchange,
                                               const Dialect& dialect) {
  Answer answer(request, io, dialect);
  patchbay::JsonReader reader;
  answer.select(reader);
  const bool stream = is_event_stream(exchange, request.param("stream") == "1");
  if (stream) {
    co_await patchbay::read_json_events(io, exchange, reader);
  } else {
    co_await patchbay::read_json(io, exchange, reader);
  }
  answer.finish();
  answer.note_headers(first_of(exchange.header("x-generation-id"), exchange.header("x-request-id")),
                      exchange.header("x-provider-name"));
  const std::vector<std::string> missing = answer.missing_images();
  for (const std::string& address : missing) co_await fetch_image(io, address);
  if (!missing.empty()) answer.note_fetched();
  const Delivery delivery = stream ? Delivery::Stream : Delivery::Document;
  co_return answer.outcome(delivery);
}

patchbay::Async<patchbay::Outcome> fail_from(const patchbay::Request& request,
                                             patchbay::Io& io,
                                             patchbay::Exchange& exchange,
                                             const Dialect& dialect) {
  ErrorFields error;
  patchbay::JsonReader reader;
  error.select(reader, "");
  error.select(reader, "[].");
  const bool is_json = co_await read_error_json(io, exchange, reader);
  const std::uint32_t status = exchange.status();
  patchbay::Failure failure = foreign_failure(status);
  if (is_json && error.present()) failure = failure_of(error, dialect, status);
  if (failure.retry_after_ms == 0)
    failure.retry_after_ms = wait_until_ms(error.reset, io.now_unix_ms());
  co_return failed(request, io, exchange, std::move(failure));
}

patchbay::Async<patchbay::Outcome> check_document(const patchbay::Request& request,
                                                  patchbay::Io& io,
                                                  patchbay::Exchange& exchange,
                                                  const Dialect& dialect,
                                                  std::string_view proof) {
  if (exchange.status() != 200) co_return co_await fail_from(request, io, exchange, dialect);
  ErrorFields error;
  bool is_proved = false;
  patchbay::JsonReader reader;
  error.select(reader, "");
  reader.seen(proof, is_proved);
  co_await patchbay::read_json(io, exchange, reader);
  if (error.has_object) co_return patchbay::fail(failure_of(error, dialect, 200));
  if (!is_proved) co_return unusable("the answer is not what the provider answers here");
  co_return patchbay::done();
}

patchbay::Outcome unusable(std::string_view why) {
  patchbay::Failure failure(PATCHBAY_ERR_PROTOCOL, std::string(why));
  failure.http_status = 200;
  return patchbay::fail(std::move(failure));
}

}  // namespace shared
