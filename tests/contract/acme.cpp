// Two adapters in one plugin, as authors would write them: the SDK's own example, and one that uses
// what the example does not.
#include <patchbay/plugin.hpp>

#include <string>
#include <string_view>

namespace {

patchbay::Body body_of(const patchbay::Request& request) {
  patchbay::JsonBody json;
  json.open_object().key("model").string(request.model());
  json.key("prompt").string(request.prompt()).close_object();
  return json.take();
}

class Acme : public patchbay::Adapter {
  Task run(const Request& request, Io& io) override {
    auto body = body_of(request);
    auto exchange = co_await io.post("/images", body);
    if (exchange.status() != 200) co_return co_await io.fail_from(exchange);
    co_await io.for_each_string(exchange, "data[].b64_json", into_image);
    co_return done();
  }
};

// Tries again after a pause, follows an image's address, and counts letters on the way.
class Patient final : public patchbay::Adapter {
 public:
  Task run(const Request& request, Io& io) override {
    for (int attempt = 0; attempt < 2; ++attempt) {
      auto exchange = co_await io.get("/slow?x=" + std::string(request.param("x")));
      if (exchange.status() == 503) {  // dropped unread, so the host aborts it
        co_await io.sleep_ms(250);
        continue;
      }
      std::size_t letters = 0;
      co_await io.for_each_string(
          exchange, "words[]", [&](std::string_view piece, bool) { letters += piece.size(); });
      io.meta("letters", std::to_string(letters));
      co_return co_await fetch(io);
    }
    throw patchbay::Failed(PATCHBAY_ERR_UPSTREAM, "overloaded");
  }
  [[nodiscard]] bool can(std::uint32_t operation) const noexcept override {
    return operation == PATCHBAY_OP_IMAGE;
  }

 private:
  static patchbay::Async<Outcome> fetch(Io& io) {
    patchbay::HttpCall call("GET", "https://images.example/cat.png");
    call.origin(PATCHBAY_ORIGIN_URL).anonymous().header("accept", "image/*");
    auto exchange = co_await io.send(std::move(call));
    constexpr patchbay::PartShape raw_image = {PATCHBAY_PART_IMAGE, PATCHBAY_ENCODING_RAW};
    patchbay::PartWriter image(io, raw_image);
    while (auto chunk = co_await exchange.chunk()) image.write(*chunk, "image/png");
    image.close(PATCHBAY_PART_FINAL, "image/png");
    io.text("a cat");
    io.log(PATCHBAY_LOG_INFO, "fetched");
    co_return done();
  }
};

}  // namespace

PATCHBAY_PLUGIN_OF(R"([
  {"id": "example.acme", "version": "0.1.0", "name": "acme",
   "operations": ["image"], "endpoint": "https://api.acme.example/v1", "auth": {"bearer": {}}},
  {"id": "example.patient", "version": "0.1.0", "name": "patient", "no_credential": true,
   "endpoint": "https://api.patient.example", "operations": ["image"], "anon_get_any": true}
])",
                   Acme,
                   Patient);
