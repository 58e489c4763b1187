// What an answer of chat completions says and shows, before it has the form of either router.
#pragma once

#include "host/emulator/body.hpp"
#include "host/emulator/chat_request.hpp"
#include "host/emulator/fault.hpp"
#include "host/emulator/picture_store.hpp"
#include "host/emulator/provider.hpp"
#include "host/emulator/routed_model.hpp"

#include <string>
#include <vector>

namespace patchbay::emulator {

struct ChatContent {
  std::string text;  // may hold marks of the images
  std::string reasoning;
  std::vector<Body> images;  // data URLs; the marks stand for these
  bool is_text_last = false;
  bool has_image_marks = false;  // in the text, and nowhere else
  std::string_view finish_reason = "stop";
  std::string_view native_finish_reason = "STOP";
  TokenUse use;
  unsigned image_count = 0;
};

// What a request gets made.
struct ChatWork {
  const ChatRequest& request;
  const RoutedModel& model;
  const FaultSet& faults;
  PictureChoice pictures;
  bool wants_image = false;
  ImageShape shape;  // of that image
};

[[nodiscard]] Result<ChatContent> make_chat_content(const ChatWork& work, PictureStore& pictures);

// Of the `index`th picture of an answer.
[[nodiscard]] media::PictureOptions picture_options(const ImageShape& shape,
                                                    const Prompt& prompt,
                                                    const PictureChoice& choice,
                                                    unsigned index);

// Whether the faults let a generation end without an image.
[[nodiscard]] bool ends_without_image(const FaultSet& faults);

}  // namespace patchbay::emulator
