#include "plugins/gemini/answer.hpp"

#include "plugins/shared/words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gemini {
namespace {

using patchbay::JsonReader;

// Google answers in camelCase; some proxies turn it into snake_case.
std::string snake_case(std::string_view camel) {
  std::string out;
  for (const char c : camel) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper) out.push_back('_');
    out.push_back(upper ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return out;
}

void text(JsonReader& reader, const std::string& path, std::string& out, std::size_t limit = 1024) {
  reader.text(path, out, limit);
  if (const std::string snake = snake_case(path); snake != path) reader.text(snake, out, limit);
}

void pieces(JsonReader& reader, const std::string& path, const JsonReader::PieceFunction& take) {
  reader.pieces(path, take);
  if (const std::string snake = snake_case(path); snake != path) reader.pieces(snake, take);
}

void count(JsonReader& reader, const std::string& path, std::optional<std::uint64_t>& out) {
  const auto take = [&out](patchbay::JsonNumber number) { out = number.as_unsigned(); };
  // Protobuf's JSON writes numbers of 64 bits as text, and proxies may have made them such.
  const auto take_text = [&out](std::string_view digits) {
    out = patchbay::JsonNumber(digits).as_unsigned();
  };
  for (const std::string& name : {path, snake_case(path)})
    reader.number(name, take).each(name, take_text, 24);
}

// Words of a finish or block reason that mean: this content is refused, and will be again.
bool is_block(std::string_view reason) {
  constexpr std::array<std::string_view, 10> blocks = {"SAFETY",
                                                       "RECITATION",
                                                       "BLOCKLIST",
                                                       "PROHIBITED_CONTENT",
                                                       "SPII",
                                                       "IMAGE_SAFETY",
                                                       "IMAGE_RECITATION",
                                                       "IMAGE_PROHIBITED_CONTENT",
                                                       "MODEL_ARMOR",
                                                       "JAILBREAK"};
  return std::find(blocks.begin(), blocks.end(), reason) != blocks.end();
}

patchbay::Failure unreadable(std::string why) {
  patchbay::Failure failure(PATCHBAY_ERR_PROTOCOL, std::move(why));
  failure.http_status = 200;
  return failure;
}

}  // namespace

void Answer::select(JsonReader& reader) {
  select_at(reader, "");
  select_at(reader, "[].");
}

void Answer::select_at(JsonReader& reader, const std::string& at) {
  error_.select(reader, at);
  select_part(reader, at + "candidates[].content.parts[]");
  select_usage(reader, at + "usageMetadata");
  select_usage(reader, at + "usage_metadata");
  reader.seen(at + "candidates[]", has_candidate_);
  reader.seen(at + "promptFeedback", has_feedback_).seen(at + "prompt_feedback", has_feedback_);
  text(reader, at + "candidates[].finishReason", finish_reason_, 64);
  text(reader, at + "candidates[].finishMessage", finish_message_);
  text(reader, at + "promptFeedback.blockReason", block_reason_, 64);
  text(reader, at + "promptFeedback.blockReasonMessage", block_message_);
  text(reader, at + "responseId", response_id_, 128);
  text(reader, at + "modelVersion", model_version_, 128);
}

void Answer::select_part(JsonReader& reader, const std::string& part) {
  reader.leave(part, [this] { end_part(); });
  reader.flag(part + ".thought", is_thought_);
  text(reader, part + ".inlineData.mimeType", mime_, 64);
  pieces(reader, part + ".inlineData.data", [this](std::string_view piece, bool) {
    take(piece, patchbay::into_image);
  });
  reader.pieces(part + ".text",
                [this](std::string_view piece, bool) { take(piece, patchbay::into_text); });
  pieces(reader, part + ".thoughtSignature", [this](std::string_view piece, bool) {
    take_state(piece);
  });
}

void Answer::select_usage(JsonReader& reader, const std::string& usage) {
  count(reader, usage + ".promptTokenCount", prompt_tokens_);
  count(reader, usage + ".candidatesTokenCount", candidate_tokens_);
  count(reader, usage + ".thoughtsTokenCount", thought_tokens_);
  count(reader, usage + ".totalTokenCount", total_tokens_);
  const std::string detail = usage + ".candidatesTokensDetails[]";
  text(reader, detail + ".modality", detail_kind_, 16);
  count(reader, detail + ".tokenCount", detail_tokens_);
  reader.leave(detail, [this] {
    if (detail_kind_ == "IMAGE") image_tokens_ = detail_tokens_;
    detail_kind_.clear();
    detail_tokens_.reset();
  });
}

// ---- parts
// ---------------------------------------------------------------------------------------

void Answer::take(std::string_view piece, patchbay::PartShape shape) {
  // A picture of no bytes is none; texts of no letters come at the end of streams.
  if (!content_ && piece.empty() && shape.kind == PATCHBAY_PART_IMAGE) return;
  if (!content_) content_.emplace(*io_, shape);
  content_->write(piece, mime_);
  is_empty_ = is_empty_ && piece.empty();
}

void Answer::take_state(std::string_view piece) {
  constexpr patchbay::PartShape into_state = {PATCHBAY_PART_STATE, PATCHBAY_ENCODING_RAW};
  if (!state_) state_.emplace(*io_, into_state);
  state_->write(piece);
}

void Answer::end_part() {
  const std::uint32_t owner = content_ ? content_->index() : PATCHBAY_NO_PART;
  if (state_) state_->close(PATCHBAY_PART_FINAL, {}, owner);
  state_.reset();
  if (content_) end_content();
  content_.reset();
  mime_.clear();
  is_thought_ = false;
  is_empty_ = true;
}

void Answer::end_content() {
  if (is_thought_) return content_->close(PATCHBAY_PART_THOUGHT, mime_);
  if (content_->kind() == PATCHBAY_PART_TEXT) {
    has_text_ = has_text_ || !is_empty_;
    return content_->close(PATCHBAY_PART_FINAL);
  }
  end_image(PATCHBAY_PART_DRAFT);
  image_ = content_;
  image_mime_ = mime_;
}

void Answer::end_image(std::uint32_t disposition) {
  if (image_) image_->close(disposition, image_mime_);
}

// ---- the end
// -------------------------------------------------------------------------------------

patchbay_usage Answer::usage() const {
  patchbay_usage usage{};
  const auto know = [&usage](std::uint32_t bit, std::uint64_t& field, std::uint64_t value) {
    usage.known |= bit;
    field = value;
  };
  if (prompt_tokens_) know(PATCHBAY_USAGE_INPUT_TOKENS, usage.input_tokens, *prompt_tokens_);
  if (total_tokens_) know(PATCHBAY_USAGE_TOTAL_TOKENS, usage.total_tokens, *total_tokens_);
  if (!candidate_tokens_ && !thought_tokens_) return usage;
  const std::uint64_t thoughts = thought_tokens_.value_or(0);
  std::uint64_t candidates = candidate_tokens_.value_or(0);
  // On a refusal the candidates' count repeats the thoughts', and the total counts them once.
  const bool repeated = candidates == thoughts && total_tokens_ &&
                        *total_tokens_ == prompt_tokens_.value_or(0) + thoughts;
  if (repeated) candidates = 0;
  know(PATCHBAY_USAGE_OUTPUT_TOKENS, usage.output_tokens, candidates + thoughts);
  return usage;
}

void Answer::report() {
  if (const patchbay_usage counted = usage(); counted.known != 0) io_->usage(counted);
  if (!response_id_.empty()) io_->meta("response_id", response_id_);
  if (!model_version_.empty()) io_->meta("model", model_version_);
  if (!finish_reason_.empty()) io_->meta("finish_reason", finish_reason_);
  if (image_tokens_) io_->meta("image_tokens", std::to_string(*image_tokens_));
}

patchbay::Failure Answer::judged(std::uint32_t category, std::string message) const {
  patchbay::Failure failure(category, std::move(message));
  const std::string& words = block_reason_.empty() ? finish_message_ : block_message_;
  if (!words.empty()) failure.message = words;
  if (shared::contains_words(words, "you will not be charged")) failure.billed = PATCHBAY_BILLED_NO;
  failure.provider_code = block_reason_.empty() ? finish_reason_ : block_reason_;
  failure.http_status = 200;
  failure.understood = true;
  return failure;
}

std::optional<patchbay::Failure> Answer::refusal() const {
  if (!block_reason_.empty())
    return judged(PATCHBAY_ERR_BLOCKED, "the prompt was blocked: " + block_reason_);
  if (is_block(finish_reason_))
    return judged(PATCHBAY_ERR_BLOCKED, "the answer was blocked: " + finish_reason_);
  return std::nullopt;
}

patchbay::Outcome Answer::outcome(std::uint32_t operation, Delivery delivery) {
  report();
  if (error_.present()) return patchbay::fail(error_.failure(200));
  if (const auto refused = refusal()) return patchbay::fail(*refused);
  if (!has_candidate_ && !has_feedback_)
    return patchbay::fail(unreadable("the answer has no candidates"));
  const bool wants_image = operation == PATCHBAY_OP_IMAGE;
  if (delivery == Delivery::Stream && finish_reason_.empty())
    return patchbay::fail(unreadable("the stream ended before its last event"));
  if (image_ || (has_text_ && !wants_image)) {
    end_image(PATCHBAY_PART_FINAL);
    return patchbay::done();
  }
  const std::string reason = finish_reason_.empty() ? "no reason given" : finish_reason_;
  const char* const what = has_text_     ? "the model answered with text instead of an image ("
                           : wants_image ? "the model gave no image ("
                                         : "the model gave no answer (";
  return patchbay::fail(judged(PATCHBAY_ERR_NO_OUTPUT, what + reason + ")"));
}

}  // namespace gemini
