#include "host/emulator/chat_content.hpp"

#include "host/emulator/content.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace patchbay::emulator {
namespace {

constexpr unsigned draft_count = 2;
constexpr std::int64_t reasoning_tokens = 48;

// An answer that ends without what was asked for.
struct Refusal {
  Fault fault;
  std::string_view finish_reason;
  std::string_view native_finish_reason;
};
constexpr std::array refusals = {
    Refusal{Fault::NoImage, "stop", "NO_IMAGE"},
    Refusal{Fault::Safety, "content_filter", "SAFETY"},
    Refusal{Fault::ImageSafety, "content_filter", "IMAGE_SAFETY"},
    Refusal{Fault::ImageOther, "stop", "IMAGE_OTHER"},
    Refusal{Fault::Prohibited, "content_filter", "IMAGE_PROHIBITED_CONTENT"},
    Refusal{Fault::Recitation, "content_filter", "RECITATION"},
    Refusal{Fault::UnknownFinish, "image_too_yellow", "IMAGE_TOO_YELLOW"},
};

Status add_image(const ChatWork& work, PictureStore& store, ChatContent& content) {
  const auto options =
      picture_options(work.shape, work.request.prompt, work.pictures, content.image_count);
  Body picture = PATCHBAY_TRY(picture_base64(options, work.faults, store));
  const std::string_view mime =
      work.faults.has(Fault::LateMime) ? std::string_view() : media::mime_of(work.shape.format);
  Body url;
  url.add_text("data:" + std::string(mime) + ";base64,");
  url.add(std::move(picture));
  content.images.push_back(std::move(url));
  content.use.image += work.shape.token_count;
  ++content.image_count;
  return {};
}

Status add_images(const ChatWork& work, PictureStore& store, ChatContent& content) {
  const FaultSet& faults = work.faults;
  if (makes_text(work.model) && (work.request.asks_text || !work.request.has_modalities))
    content.text =
        faults.has(Fault::TextAfter) ? "I hope it is yellow enough. 🍌" : "Here you go: ";
  content.is_text_last = faults.has(Fault::TextAfter);
  const unsigned count = faults.has(Fault::Drafts) ? 1 + draft_count : 1;
  for (unsigned i = 0; i < count; ++i) PATCHBAY_TRY(add_image(work, store, content));
  content.use.text = token_count_of(content.text);
  if (!faults.has(Fault::MarkdownImage)) return {};
  content.has_image_marks = true;
  for (unsigned i = 0; i < count; ++i) content.text += "![image](" + Body::slot_mark(i) + ")\n";
  return {};
}

}  // namespace

media::PictureOptions picture_options(const ImageShape& shape,
                                      const Prompt& prompt,
                                      const PictureChoice& choice,
                                      unsigned index) {
  return {.format = shape.format,
          .width = shape.pixels.width,
          .height = shape.pixels.height,
          .seed = (choice.seed ^ hash_of(prompt.text)) + index,
          .size_bytes = choice.image_bytes};
}

bool ends_without_image(const FaultSet& faults) {
  return faults.has(Fault::TextOnly) ||
         std::any_of(refusals.begin(), refusals.end(), [&](const Refusal& refusal) {
           return faults.has(refusal.fault);
         });
}

Result<ChatContent> make_chat_content(const ChatWork& work, PictureStore& pictures) {
  ChatContent content;
  content.use.prompt = work.request.prompt.text_token_count +
                       work.request.prompt.image_count * input_image_tokens(work.model);
  for (const Refusal& refusal : refusals) {
    if (!work.faults.has(refusal.fault)) continue;
    content.finish_reason = refusal.finish_reason;
    content.native_finish_reason = refusal.native_finish_reason;
    return content;
  }
  if (work.faults.has(Fault::ThoughtFirst)) {
    content.reasoning = "**Considering the composition**\n\nA banana, softly lit.";
    content.use.reasoning = reasoning_tokens;
  }
  if (work.wants_image && !work.faults.has(Fault::TextOnly)) {
    PATCHBAY_TRY(add_images(work, pictures, content));
    return content;
  }
  content.text =
      work.wants_image ? std::string(no_picture_text) : chat_text(work.request.prompt.text);
  content.use.text = token_count_of(content.text);
  return content;
}

}  // namespace patchbay::emulator
