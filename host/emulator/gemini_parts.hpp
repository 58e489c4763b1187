// The parts of an answer's content: texts and images, and the tokens that they cost.
#pragma once

#include "host/emulator/body.hpp"
#include "host/emulator/gemini_answer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace patchbay::emulator {

struct ContentParts {
  json::Array parts;
  std::vector<Body> slots;  // for the marks in the parts
  std::int64_t text_token_count = 0;
  std::int64_t image_token_count = 0;
  std::int64_t thought_token_count = 0;
  unsigned image_count = 0;
};

[[nodiscard]] Result<ContentParts> make_parts(const Generation& generation,
                                              const AnswerContext& context,
                                              PictureStore& pictures);

}  // namespace patchbay::emulator
