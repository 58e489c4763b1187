#include <patchbay/plugin.hpp>

class Acme : public patchbay::Adapter {
  Task run(const Request& request, Io& io) override {
    JsonBody json;
    json.open_object().key("prompt").string(request.prompt()).close_object();
    auto exchange = co_await io.post("/images", json.take());
    if (exchange.status() != 200) co_return co_await io.fail_from(exchange);
    co_await io.for_each_string(exchange, "data[].b64_json", into_image);
    co_return done();
  }
};

PATCHBAY_PLUGIN(Acme, R"({
  "id": "example.consumer", "version": "0.1.0", "name": "consumer", "operations": ["image"],
  "endpoint": "https://api.acme.example/v1", "auth": {"bearer": {}}
})");
