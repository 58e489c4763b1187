// Refusing a request before anything is sent.
#pragma once

#include <patchbay/failure.hpp>

#include <string>
#include <utility>

namespace shared {

[[noreturn]] inline void refuse_request(std::string why) {
  patchbay::Failure failure(PATCHBAY_ERR_BAD_REQUEST, std::move(why));
  failure.billed = PATCHBAY_BILLED_NO;
  throw patchbay::Failed(std::move(failure));
}

}  // namespace shared
