#include "host/engine/part_decoder.hpp"

#include "core/base/text.hpp"
#include "host/engine/abi_text.hpp"
#include "host/engine/contract.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::size_t piece_size = std::size_t{32} << 10U;  // characters decoded at once

std::string part_name(std::uint32_t index) {
  return "part " + std::to_string(index);
}

Error beyond(std::string_view what, std::uint64_t limit) {
  return Error{ErrorCode::Protocol,
               "the answer holds more than " + std::to_string(limit) + " " + std::string(what),
               {},
               {}};
}

bool is_known_kind(std::uint32_t kind) {
  return kind >= PATCHBAY_PART_TEXT && kind <= PATCHBAY_PART_STATE;
}

std::string mime_of(const patchbay_part& piece) {
  return printable(view_of(piece.mime).substr(0, mime_size_max));
}

}  // namespace

PartDecoder::PartDecoder(Sink& sink, const EngineLimits& limits, const Redactor& redactor)
    : sink_(sink),
      limits_(limits),
      redactor_(redactor),
      buffer_(media::Base64Decoder::decoded_size_max(piece_size)) {}

Status PartDecoder::take(const patchbay_part& piece) {
  if ((piece.flags & PATCHBAY_PART_FIRST) != 0) PATCHBAY_TRY(begin(piece));
  const auto found = open_.find(piece.index);
  if (found == open_.end())
    return contract_error(part_name(piece.index) + " goes on without having begun");
  OpenPart& part = found->second;
  if (static_cast<std::uint32_t>(part.kind) != piece.kind)
    return contract_error(part_name(piece.index) + " changes its kind");
  if (part.encoding != piece.encoding)
    return contract_error(part_name(piece.index) + " changes its encoding");
  if (piece.encoding == PATCHBAY_ENCODING_BASE64) {
    PATCHBAY_TRY(decode(piece.index, part, view_of(piece.data)));
  } else {
    PATCHBAY_TRY(pass_on(piece.index, part, bytes_of(view_of(piece.data))));
  }
  if ((piece.flags & PATCHBAY_PART_LAST) == 0) return {};
  PATCHBAY_TRY(end(piece, part));
  open_.erase(found);
  return {};
}

Status PartDecoder::begin(const patchbay_part& piece) {
  if (piece.index >= limits_.parts_max) return beyond("parts", limits_.parts_max);
  if (!is_known_kind(piece.kind))
    return contract_error(part_name(piece.index) + " is of unknown kind " +
                          std::to_string(piece.kind));
  if (piece.encoding > PATCHBAY_ENCODING_BASE64)
    return contract_error(part_name(piece.index) + " has an unknown encoding");
  if (piece.index < seen_.size() && seen_[piece.index])
    return contract_error(part_name(piece.index) + " begins twice");
  if (open_.size() == open_parts_max) return contract_error("too many parts are open at once");
  if (piece.index >= seen_.size()) seen_.resize(std::size_t{piece.index} + 1);
  seen_[piece.index] = true;
  OpenPart begun{.kind = static_cast<PartKind>(piece.kind),
                 .encoding = piece.encoding,
                 .decoder = {},
                 .size = 0,
                 .excerpt = {},
                 .shown = RedactedStream(redactor_)};
  const OpenPart& part = open_.emplace(piece.index, std::move(begun)).first->second;
  PartStart start;
  start.index = piece.index;
  start.kind = part.kind;
  start.mime_hint = mime_of(piece);
  return sink_.begin(start);
}

Status PartDecoder::decode(std::uint32_t index, OpenPart& part, std::string_view text) {
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, piece_size);
    text.remove_prefix(piece.size());
    const std::size_t size = PATCHBAY_TRY(part.decoder.write(piece, buffer_));
    PATCHBAY_TRY(pass_on(index, part, std::span(buffer_).first(size)));
  }
  return {};
}

Status PartDecoder::pass_on(std::uint32_t index,
                            OpenPart& part,
                            std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return {};
  PATCHBAY_TRY(count(part, bytes.size()));
  if (part.kind != PartKind::Text) return sink_.write(index, bytes);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return pass_on_text(index, part, part.shown.write(text));
}

Status PartDecoder::pass_on_text(std::uint32_t index, OpenPart& part, std::string_view text) {
  if (text.empty()) return {};
  const std::size_t space = text_excerpt_size_max - part.excerpt.size();
  part.excerpt += text.substr(0, space);
  return sink_.write(index, bytes_of(text));
}

Status PartDecoder::count(OpenPart& part, std::uint64_t size) {
  part.size += size;
  if (part.size > limits_.response_size_max)
    return beyond("bytes in one part", limits_.response_size_max);
  if (part.kind == PartKind::Text) text_size_ += size;
  if (part.kind == PartKind::State) state_size_ += size;
  if (text_size_ > limits_.text_size_max) return beyond("bytes of text", limits_.text_size_max);
  if (state_size_ > limits_.state_size_max) return beyond("bytes of state", limits_.state_size_max);
  return {};
}

Status PartDecoder::end(const patchbay_part& piece, OpenPart& part) {
  if (piece.disposition > PATCHBAY_PART_THOUGHT)
    return contract_error(part_name(piece.index) + " has an unknown disposition");
  if (part.encoding == PATCHBAY_ENCODING_BASE64) {
    const std::size_t size = PATCHBAY_TRY(part.decoder.finish(buffer_));
    PATCHBAY_TRY(pass_on(piece.index, part, std::span(buffer_).first(size)));
  }
  if (part.kind == PartKind::Text)
    PATCHBAY_TRY(pass_on_text(piece.index, part, part.shown.finish()));
  PartEnd ended;
  ended.index = piece.index;
  ended.disposition = static_cast<Disposition>(piece.disposition);
  ended.mime = mime_of(piece);
  if (piece.belongs_to != PATCHBAY_NO_PART) ended.belongs_to = piece.belongs_to;
  if (ended.disposition == Disposition::Final && part.kind == PartKind::Image) ++final_image_count_;
  if (ended.disposition == Disposition::Final && part.kind == PartKind::Text && part.size != 0) {
    has_final_text_ = true;
    const std::size_t space = text_excerpt_size_max - text_excerpt_.size();
    text_excerpt_ += std::string_view(part.excerpt).substr(0, space);
  }
  return sink_.end(ended);
}

Status PartDecoder::finish() const {
  if (open_.empty()) return {};
  return contract_error("it ended with an unfinished part, number " +
                        std::to_string(open_.begin()->first));
}

}  // namespace patchbay::host
