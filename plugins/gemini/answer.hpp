// An answer of generateContent: its parts as they arrive, and what it all amounts to at the end.
#pragma once

#include "plugins/gemini/status_error.hpp"
#include <patchbay/read.hpp>
#include <patchbay/request.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gemini {

// How the response was cut: one document is whole by itself, a stream needs its last event.
enum class Delivery : std::uint8_t { Document, Stream };

// A part is announced with its first piece; what the provider says about it afterwards (`thought`,
// `mimeType`) goes out with its end, at the closing brace of the part.
//
// Some models draw drafts that nothing marks as such: the last image is the one that counts. So an
// image is ended only when the next one, or the end of the answer, shows which it was.
class Answer {
 public:
  explicit Answer(patchbay::Io& io) : io_(&io) {}
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  // Registers what is wanted of each document, or of each element of an array of them.
  void select(patchbay::JsonReader& reader);

  // The documents have ended: says what is still to say and judges. `operation` is PATCHBAY_OP_*.
  [[nodiscard]] patchbay::Outcome outcome(std::uint32_t operation, Delivery delivery);

 private:
  void select_at(patchbay::JsonReader& reader, const std::string& at);
  void select_part(patchbay::JsonReader& reader, const std::string& part);
  void select_usage(patchbay::JsonReader& reader, const std::string& usage);

  void take(std::string_view piece, patchbay::PartShape shape);
  void take_state(std::string_view piece);
  void end_part();
  void end_content();
  void end_image(std::uint32_t disposition);

  void report();
  [[nodiscard]] patchbay_usage usage() const;
  [[nodiscard]] std::optional<patchbay::Failure> refusal() const;
  [[nodiscard]] patchbay::Failure judged(std::uint32_t category, std::string message) const;

  patchbay::Io* io_;
  StatusError error_;

  // The part that is being read.
  std::optional<patchbay::PartWriter> content_;
  std::optional<patchbay::PartWriter> state_;
  std::string mime_;
  bool is_thought_ = false;
  bool is_empty_ = true;

  // The latest image that is no thought, ended but for its last word.
  std::optional<patchbay::PartWriter> image_;
  std::string image_mime_;

  bool has_text_ = false;
  bool has_candidate_ = false;
  bool has_feedback_ = false;
  std::string finish_reason_;
  std::string finish_message_;
  std::string block_reason_;
  std::string block_message_;
  std::string response_id_;
  std::string model_version_;
  std::optional<std::uint64_t> prompt_tokens_;
  std::optional<std::uint64_t> image_tokens_;   // of the candidates'
  std::string detail_kind_;                     // of the detail being read
  std::optional<std::uint64_t> detail_tokens_;  // likewise
  std::optional<std::uint64_t> candidate_tokens_;
  std::optional<std::uint64_t> thought_tokens_;
  std::optional<std::uint64_t> total_tokens_;
};

}  // namespace gemini
