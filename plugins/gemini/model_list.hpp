// GET /models: what the provider offers, and the cheapest proof that a key works.
#pragma once

#include <patchbay/io.hpp>
#include <patchbay/request.hpp>

namespace gemini {

// A request without a body, with the headers that the provider row's settings ask for.
[[nodiscard]] patchbay::HttpCall call_for(const patchbay::Request& request,
                                          std::string method,
                                          std::string target);

patchbay::Async<patchbay::Outcome> list_models(const patchbay::Request& request, patchbay::Io& io);
patchbay::Async<patchbay::Outcome> verify_key(const patchbay::Request& request, patchbay::Io& io);

}  // namespace gemini
