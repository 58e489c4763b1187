#include "host/emulator/gemini_parts.hpp"

#include "host/emulator/content.hpp"

#include <utility>

namespace patchbay::emulator {
namespace {

constexpr std::uint64_t signature_size = 1'400'000;  // characters: real ones are 0.8 to 2.9 MB
constexpr unsigned draft_count = 2;
constexpr std::int64_t thought_token_count = 48;

json::Value text_part(std::string text) {
  json::Value part;
  part.set("text", std::move(text));
  return part;
}

// Builds the parts one after the other.
class PartList {
 public:
  PartList(const Generation& generation, const AnswerContext& context, PictureStore& pictures)
      : generation_(generation), context_(context), pictures_(pictures) {}

  void add_text(std::string text) {
    content_.text_token_count += token_count_of(text);
    content_.parts.push_back(text_part(std::move(text)));
  }
  [[nodiscard]] Status add_image(bool is_thought = false);
  void add_thought(std::string text) {
    content_.thought_token_count += thought_token_count;
    json::Value part = text_part(std::move(text));
    part.set("thought", true);
    content_.parts.push_back(std::move(part));
  }
  void think() { content_.thought_token_count += thought_token_count; }
  [[nodiscard]] ContentParts take() { return std::move(content_); }

 private:
  [[nodiscard]] Result<Body> image_text();
  [[nodiscard]] std::string add_slot(Body body) {
    content_.slots.push_back(std::move(body));
    return Body::slot_mark(content_.slots.size() - 1);
  }
  [[nodiscard]] bool has(Fault fault) const { return context_.faults.has(fault); }

  const Generation& generation_;
  const AnswerContext& context_;
  PictureStore& pictures_;
  ContentParts content_;
};

// The characters of "data".
Result<Body> PartList::image_text() {
  media::PictureOptions options;
  options.format = context_.model.image->format;
  options.width = generation_.pixels.width;
  options.height = generation_.pixels.height;
  options.seed = context_.picture_seed + content_.image_count;
  options.size_bytes = context_.image_bytes;
  return picture_base64(options, context_.faults, pictures_);
}

Status PartList::add_image(bool is_thought) {
  const ImageModel& image = *context_.model.image;
  const std::string data = add_slot(PATCHBAY_TRY(image_text()));
  const std::string_view mime = media::mime_of(image.format);
  json::Value blob;
  if (!has(Fault::LateMime)) blob.set("mimeType", mime);
  blob.set("data", data);
  if (has(Fault::LateMime)) blob.set("mimeType", mime);
  json::Value part;
  part.set("inlineData", std::move(blob));
  if (image.has_signature) {
    Body signature;
    signature.add_filler(signature_size, context_.picture_seed);
    part.set("thoughtSignature", add_slot(std::move(signature)));
  }
  if (is_thought) part.set("thought", true);
  content_.parts.push_back(std::move(part));
  content_.image_token_count += generation_.tier->token_count;
  ++content_.image_count;
  return {};
}

}  // namespace

Result<ContentParts> make_parts(const Generation& generation,
                                const AnswerContext& context,
                                PictureStore& pictures) {
  const FaultSet& faults = context.faults;
  PartList list(generation, context, pictures);
  if (context.model.thinks) list.think();
  const bool has_image = generation.wants_image && !faults.has(Fault::TextOnly);
  if (faults.has(Fault::ThoughtFirst)) {
    list.add_thought("**Considering the composition**\n\nA banana, softly lit.");
    if (has_image) PATCHBAY_TRY(list.add_image(true));
  }
  if (!has_image) {
    const bool is_chat = !generation.wants_image;
    list.add_text(is_chat ? chat_text(generation.prompt.text) : std::string(no_picture_text));
    return list.take();
  }
  if (generation.wants_text && !faults.has(Fault::TextAfter)) list.add_text("Here you go: ");
  if (faults.has(Fault::Drafts))
    for (unsigned i = 0; i < draft_count; ++i) PATCHBAY_TRY(list.add_image());
  PATCHBAY_TRY(list.add_image());
  if (faults.has(Fault::TextAfter)) list.add_text("I hope it is yellow enough. 🍌");
  return list.take();
}

}  // namespace patchbay::emulator
