// The bodies of successful generations and of refusals, whole or as a stream.
#pragma once

#include "host/emulator/fault.hpp"
#include "host/emulator/gemini_models.hpp"
#include "host/emulator/gemini_request.hpp"
#include "host/emulator/picture_store.hpp"
#include "host/emulator/reply.hpp"

#include <cstdint>
#include <string>

namespace patchbay::emulator {

// How the API was asked to give its answer.
enum class Delivery : std::uint8_t {
  Whole,
  Events,  // server-sent events: alt=sse
  Array,   // a JSON array, element by element
};

struct AnswerContext {
  const GeminiModel& model;
  const FaultSet& faults;
  Delivery delivery = Delivery::Whole;
  std::uint64_t image_bytes = 0;
  std::uint64_t picture_seed = 0;
  std::string response_id;
};

// The answer, with whatever the faults change about its content.
[[nodiscard]] Reply generation_reply(const Generation& generation,
                                     const AnswerContext& context,
                                     PictureStore& pictures);

}  // namespace patchbay::emulator
