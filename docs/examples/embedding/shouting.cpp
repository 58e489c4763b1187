// A provider that exists in this application alone: it answers every question in capitals.
#include <patchbay/plugin.hpp>

#include <cctype>
#include <string>

class Shouting : public patchbay::Adapter {
  Task run(const Request& request, Io& io) override {
    std::string words(request.prompt());
    for (char& c : words) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    io.text(words);
    co_return done();
  }
};

PATCHBAY_PLUGIN(Shouting, R"({
  "id": "example.shouting", "version": "1.0.0", "name": "shouting", "operations": ["chat"],
  "endpoint": "https://shouting.example", "no_credential": true, "models": {"chat": "loud"}
})");
