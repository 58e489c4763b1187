// Reading the responses to requests for images and chat.
#pragma once

#include "plugins/shared/answer.hpp"
#include <patchbay/io.hpp>
#include <patchbay/request.hpp>

#include <string_view>

namespace shared {

// A server, or a proxy before it, may answer a call for a stream with one document, or call a
// stream something else: the content type decides where it is one of the two.
[[nodiscard]] bool is_event_stream(const patchbay::Exchange& exchange, bool asked_for_stream);

// The rest of a response of status 200.
patchbay::Async<patchbay::Outcome> read_answer(const patchbay::Request& request,
                                               patchbay::Io& io,
                                               patchbay::Exchange& exchange,
                                               const Dialect& dialect);

// The rest of an error response.
patchbay::Async<patchbay::Outcome> fail_from(const patchbay::Request& request,
                                             patchbay::Io& io,
                                             patchbay::Exchange& exchange,
                                             const Dialect& dialect);

// A request without a body that proves something by its status, and by having one of the keys of
// `proof` in its document.
patchbay::Async<patchbay::Outcome> check_document(const patchbay::Request& request,
                                                  patchbay::Io& io,
                                                  patchbay::Exchange& exchange,
                                                  const Dialect& dialect,
                                                  std::string_view proof);

// The answer was read, and is not what it should be.
[[nodiscard]] patchbay::Outcome unusable(std::string_view why);

}  // namespace shared
