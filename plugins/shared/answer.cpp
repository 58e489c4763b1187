#include "plugins/shared/answer.hpp"

#include "plugins/shared/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace shared {
namespace {

using patchbay::JsonReader;

constexpr double nano = 1e9;

// Words of a finish reason that mean: this content is refused, and will be again.
bool is_block(std::string_view reason) {
  constexpr std::array<std::string_view, 9> words = {"content_filter",
                                                     "safety",
                                                     "prohibited_content",
                                                     "recitation",
                                                     "blocklist",
                                                     "spii",
                                                     "refusal",
                                                     "moderation",
                                                     "model_armor"};
  return std::any_of(
      words.begin(), words.end(), [&](auto word) { return contains_words(reason, word); });
}

patchbay::Failure unreadable(std::string why) {
  patchbay::Failure failure(PATCHBAY_ERR_PROTOCOL, std::move(why));
  failure.http_status = 200;
  return failure;
}

void count(JsonReader& reader, const char* path, patchbay_usage& usage, std::uint32_t bit) {
  const auto know = [&usage, bit](std::string_view digits) {
    const auto value = patchbay::JsonNumber(digits).as_unsigned();
    if (!value) return;
    usage.known |= bit;
    if (bit == PATCHBAY_USAGE_INPUT_TOKENS) usage.input_tokens = *value;
    if (bit == PATCHBAY_USAGE_OUTPUT_TOKENS) usage.output_tokens = *value;
    if (bit == PATCHBAY_USAGE_TOTAL_TOKENS) usage.total_tokens = *value;
  };
  // Some proxies write numbers as text.
  reader.number(path, [know](patchbay::JsonNumber number) { know(number.text()); });
  reader.each(path, know, 24);
}

void cost(JsonReader& reader, const char* path, patchbay_usage& usage) {
  reader.number(path, [&usage](patchbay::JsonNumber number) {
    const double dollars = number.as_double();
    if (!(dollars >= 0 && dollars < 1e9)) return;
    usage.known |= PATCHBAY_USAGE_COST;
    usage.cost_nano_usd = static_cast<std::uint64_t>(std::llround(dollars * nano));
  });
}

constexpr patchbay::PartShape as_text = patchbay::into_text;

}  // namespace

Answer::Answer(const patchbay::Request& request, patchbay::Io& io, const Dialect& dialect)
    : dialect_(&dialect),
      io_(&io),
      wants_image_(request.operation() == PATCHBAY_OP_IMAGE),
      thoughts_(request.param("include_thoughts") == "1" ? Thoughts::Keep : Thoughts::Drop),
      images_(io),
      scanner_(*this) {}

void Answer::select(JsonReader& reader) {
  error_.select(reader, "");
  error_.select(reader, "choices[].");
  reader.text("id", response_id_, 128).text("model", model_, 128);
  reader.text("provider", upstream_, 128);
  reader.seen("choices", has_choices_);
  reader.text("choices[].finish_reason", finish_reason_, 64);
  reader.text("choices[].native_finish_reason", native_reason_, 64);
  select_turn(reader, "choices[].message");
  select_turn(reader, "choices[].delta");
  select_images(reader);
  select_usage(reader);
}

void Answer::select_turn(JsonReader& reader, const std::string& turn) {
  const auto content = [this](std::string_view piece, bool) { take_content(piece); };
  const auto url = [this](std::string_view piece, bool last) {
    images_.write_url(piece);
    if (last) images_.end_latest({});
  };
  reader.pieces(turn + ".content", content).pieces(turn + ".content[].text", content);
  reader.pieces(turn + ".content[].image_url.url", url);
  reader.pieces(turn + ".images[].image_url.url", url);
  reader.pieces(turn + ".refusal", [this](std::string_view piece, bool) {
    if (refusal_.size() + piece.size() <= JsonReader::text_size_default) refusal_ += piece;
  });
  if (thoughts_ == Thoughts::Drop) return;
  for (const char* key : {".reasoning", ".reasoning_content"})
    reader.pieces(turn + key, [this](std::string_view piece, bool) { take_thought(piece); });
}

void Answer::select_images(JsonReader& reader) {
  reader.seen("data", has_data_).text("output_format", output_format_, 16);
  const auto picture = [this](std::string_view piece, bool) { images_.write_url(piece); };
  reader.pieces("data[].b64_json", picture).pieces("data[].url", picture);
  reader.text("data[].media_type", media_type_, 64);
  reader.text("data[].revised_prompt", revised_prompt_);
  reader.leave("data[]",
               [this] { images_.end_as(PATCHBAY_PART_FINAL, std::exchange(media_type_, {})); });
  reader.text("type", event_type_, 64).text("media_type", media_type_, 64);
  reader.pieces("b64_json", picture);
  reader.leave("", [this] { end_event(); });
}

void Answer::select_usage(JsonReader& reader) {
  count(reader, "usage.prompt_tokens", usage_, PATCHBAY_USAGE_INPUT_TOKENS);
  count(reader, "usage.input_tokens", usage_, PATCHBAY_USAGE_INPUT_TOKENS);
  count(reader, "usage.completion_tokens", usage_, PATCHBAY_USAGE_OUTPUT_TOKENS);
  count(reader, "usage.output_tokens", usage_, PATCHBAY_USAGE_OUTPUT_TOKENS);
  count(reader, "usage.total_tokens", usage_, PATCHBAY_USAGE_TOTAL_TOKENS);
  cost(reader, "usage.cost", usage_);
}

// The end of a document. Which kind of picture an event held, its type says, before or after it.
void Answer::end_event() {
  if (has_choices_) return;
  const bool is_partial = event_type_.ends_with(".partial_image");
  const bool is_picture = is_partial || event_type_.ends_with(".completed");
  has_events_ = has_events_ || (is_picture && images_.is_reading());
  images_.end_as(is_partial ? PATCHBAY_PART_DRAFT : PATCHBAY_PART_FINAL,
                 std::exchange(media_type_, {}));
  event_type_.clear();
}

// ---- parts
// ---------------------------------------------------------------------------------------

void Answer::take_content(std::string_view piece) {
  wants_image_ ? scanner_.write(piece) : on_text(piece);
}

void Answer::take_thought(std::string_view piece) {
  if (piece.empty()) return;
  if (!thought_) thought_.emplace(*io_, as_text);
  thought_->write(piece);
}

void Answer::on_text(std::string_view text) {
  if (text.empty()) return;
  if (!text_) text_.emplace(*io_, as_text);
  text_->write(text);
  has_text_ = true;
}

void Answer::on_image(std::string_view base64, std::string_view mime) {
  images_.write_data(base64, mime);
}

void Answer::on_image_end(std::string_view mime) {
  images_.end_latest(mime);
}

void Answer::finish() {
  scanner_.finish();
  if (thought_) thought_->close(PATCHBAY_PART_THOUGHT);
  if (text_) text_->close(PATCHBAY_PART_FINAL);
}

std::vector<std::string> Answer::missing_images() const {
  const std::vector<std::string>& all = images_.addresses();
  if (!wants_image_ || all.empty() || images_.has_final() || error_.has_object) return {};
  // In a chat the last one counts.
  if (has_choices_) return {all.back()};
  return all;
}

// ---- the end
// -------------------------------------------------------------------------------------

void Answer::note_headers(std::string_view response_id, std::string_view upstream) {
  if (response_id_.empty()) response_id_ = response_id;
  if (upstream_.empty()) upstream_ = upstream;
}

void Answer::report() {
  if (usage_.known != 0) io_->usage(usage_);
  const auto tell = [this](std::string_view key, const std::string& value) {
    if (!value.empty()) io_->meta(key, value);
  };
  tell("response_id", response_id_);
  tell("model", model_);
  tell("finish_reason", finish_reason_);
  tell("upstream", upstream_);
  tell("revised_prompt", revised_prompt_);
}

patchbay::Failure Answer::judged(std::uint32_t category, std::string message) const {
  patchbay::Failure failure(category, std::move(message));
  failure.provider_code = native_reason_.empty() ? finish_reason_ : native_reason_;
  failure.http_status = 200;
  failure.understood = true;
  return failure;
}

std::optional<patchbay::Failure> Answer::refusal() const {
  const bool is_refused = is_block(finish_reason_) || is_block(native_reason_);
  if (!refusal_.empty() && !has_text_) return judged(PATCHBAY_ERR_BLOCKED, refusal_);
  if (!is_refused) return std::nullopt;
  const std::string& reason = native_reason_.empty() ? finish_reason_ : native_reason_;
  return judged(PATCHBAY_ERR_BLOCKED, "the answer was blocked: " + reason);
}

bool Answer::is_whole(Delivery delivery) const {
  if (delivery == Delivery::Document) return true;
  return has_choices_ ? !finish_reason_.empty() : images_.has_final();
}

patchbay::Outcome Answer::outcome(Delivery delivery) {
  report();
  if (error_.has_object) return patchbay::fail(failure_of(error_, *dialect_, 200));
  const bool is_answer = has_choices_ || has_data_ || has_events_;
  if (!is_answer && error_.present()) return patchbay::fail(failure_of(error_, *dialect_, 200));
  if (const auto refused = refusal()) return patchbay::fail(*refused);
  if (!is_answer) return patchbay::fail(unreadable("the answer has neither choices nor pictures"));
  if (!is_whole(delivery))
    return patchbay::fail(unreadable("the stream ended before its last event"));
  if (images_.has_final() || (has_text_ && !wants_image_)) {
    images_.settle();
    return patchbay::done();
  }
  if (finish_reason_ == "error")
    return patchbay::fail(judged(PATCHBAY_ERR_UPSTREAM, "the answer broke off with an error"));
  const std::string reason = finish_reason_.empty() ? "no reason given" : finish_reason_;
  const char* const what = has_text_      ? "the model answered with text instead of an image ("
                           : wants_image_ ? "the model gave no image ("
                                          : "the model gave no answer (";
  return patchbay::fail(judged(PATCHBAY_ERR_NO_OUTPUT, what + reason + ")"));
}

}  // namespace shared
