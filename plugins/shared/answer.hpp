// An answer of chat/completions or of an image API: its parts as they arrive, and what it all
// amounts to at the end.
#pragma once

#include "plugins/shared/answer_error.hpp"
#include "plugins/shared/answer_images.hpp"
#include "plugins/shared/content_scanner.hpp"
#include <patchbay/read.hpp>
#include <patchbay/request.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shared {

// How the response was cut: one document is whole by itself, a stream needs its last event.
enum class Delivery : std::uint8_t { Document, Stream };
enum class Thoughts : std::uint8_t { Drop, Keep };

// Reads whole documents and the events of a stream alike: {"choices": [{"message": …}]} and
// {"choices": [{"delta": …}]} of a chat, {"data": [{"b64_json": …}]} of an image API and its events
// {"type": "image_generation.completed", "b64_json": …}.
class Answer final : private ContentHandler {
 public:
  Answer(const patchbay::Request& request, patchbay::Io& io, const Dialect& dialect);
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  void select(patchbay::JsonReader& reader);

  // The documents have ended.
  void finish();
  // Pictures that are still to be fetched, where the answer holds none itself.
  [[nodiscard]] std::vector<std::string> missing_images() const;
  void note_fetched() { images_.note_fetched(); }

  // What headers say, where the body does not.
  void note_headers(std::string_view response_id, std::string_view upstream);
  // Says what is still to say and judges.
  [[nodiscard]] patchbay::Outcome outcome(Delivery delivery);

 private:
  void select_turn(patchbay::JsonReader& reader, const std::string& turn);
  void select_images(patchbay::JsonReader& reader);
  void select_usage(patchbay::JsonReader& reader);
  void end_event();

  void take_content(std::string_view piece);
  void take_thought(std::string_view piece);
  void on_text(std::string_view text) override;
  void on_image(std::string_view base64, std::string_view mime) override;
  void on_image_end(std::string_view mime) override;

  void report();
  [[nodiscard]] bool is_whole(Delivery delivery) const;
  [[nodiscard]] std::optional<patchbay::Failure> refusal() const;
  [[nodiscard]] patchbay::Failure judged(std::uint32_t category, std::string message) const;

  const Dialect* dialect_;
  patchbay::Io* io_;
  bool wants_image_;
  Thoughts thoughts_;
  ErrorFields error_;
  AnswerImages images_;
  ContentScanner scanner_;
  std::optional<patchbay::PartWriter> text_;
  std::optional<patchbay::PartWriter> thought_;

  bool has_choices_ = false;
  bool has_data_ = false;
  bool has_events_ = false;
  bool has_text_ = false;
  std::string event_type_;
  std::string media_type_;     // beside the picture that is being read
  std::string output_format_;  // "png", of all of them
  std::string finish_reason_;
  std::string native_reason_;
  std::string refusal_;
  std::string revised_prompt_;
  std::string response_id_;
  std::string model_;
  std::string upstream_;
  patchbay_usage usage_{};
};

}  // namespace shared
