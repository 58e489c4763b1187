// Reading bodies: a JSON document, or a stream of events that are JSON documents.
#pragma once

#include <patchbay/json.hpp>
#include <patchbay/part.hpp>
#include <patchbay/sse.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace patchbay::inline v1 {

// Small enough that the queue stays short on adversarial input, large enough for full speed.
inline constexpr std::size_t read_step_size = std::size_t{8} * 1024;

[[noreturn]] inline void refuse_json(const JsonReader& reader, std::uint32_t http_status) {
  std::string why = "the answer is not valid JSON: ";
  why.append(to_string(reader.error())).append(" at byte ").append(std::to_string(reader.offset()));
  Failure failure(PATCHBAY_ERR_PROTOCOL, std::move(why));
  failure.http_status = http_status;
  throw Failed(std::move(failure));
}

// A byte order mark before a document, which a reader may pass over; it may be cut anywhere.
class ByteOrderMark {
 public:
  // Takes the mark from the front, and gives back what began like one and was none.
  [[nodiscard]] std::string_view skip(std::string_view& chunk) noexcept {
    if (over_) return {};
    for (; matched_ < mark.size() && chunk.starts_with(mark[matched_]); ++matched_)
      chunk.remove_prefix(1);
    over_ = matched_ == mark.size() || !chunk.empty();
    return over_ && matched_ < mark.size() ? mark.substr(0, matched_) : std::string_view();
  }

 private:
  static constexpr std::string_view mark = "\xEF\xBB\xBF";
  std::size_t matched_ = 0;
  bool over_ = false;
};

// The rest of the body is one JSON document. Throws Failed(protocol) where it is none.
inline Async<void> read_json(Io& io, Exchange& exchange, JsonReader& reader) {
  ByteOrderMark mark;
  while (auto chunk = co_await exchange.chunk()) {
    if (!reader.write(mark.skip(*chunk))) refuse_json(reader, exchange.status());
    for (; !chunk->empty(); chunk->remove_prefix(std::min(read_step_size, chunk->size()))) {
      if (!reader.write(chunk->substr(0, read_step_size))) refuse_json(reader, exchange.status());
      co_await io.drained();
    }
  }
  if (!reader.finish()) refuse_json(reader, exchange.status());
}

// Server-sent events, each a JSON document. OpenAI's closing "[DONE]" is not one; a bare document
// between the events, as Gemini writes when it fails in mid-stream, is.
class JsonEvents {
 public:
  JsonEvents(JsonReader& reader, std::uint32_t http_status) noexcept
      : reader_(&reader), http_status_(http_status), splitter_(*this) {}
  JsonEvents(const JsonEvents&) = delete;
  JsonEvents& operator=(const JsonEvents&) = delete;
  ~JsonEvents() = default;

  void write(std::string_view chunk) { splitter_.write(chunk); }
  // At the end of the body; how many documents there were.
  std::uint64_t finish() {
    splitter_.finish();
    if (stray_ == Stray::Document) end_document();
    return documents_;
  }

 private:
  friend class SseSplitter<JsonEvents>;
  enum class Stray : std::uint8_t { None, Document, Ignored };
  static constexpr std::string_view sentinel = "[DONE]";

  void on_data(std::string_view data) {
    while (!writing_ && held_ < sentinel.size() && !data.empty() &&
           data.front() == sentinel[held_]) {
      ++held_;
      data.remove_prefix(1);
    }
    if (data.empty()) return;
    if (!std::exchange(writing_, true)) push(sentinel.substr(0, held_));
    push(data);
  }
  void on_event() {
    const bool done = !writing_ && held_ == sentinel.size();
    if (!writing_ && !done) push(sentinel.substr(0, held_));
    if (!done) end_document();
    held_ = 0;
    writing_ = false;
  }
  void on_stray(std::string_view text) {
    if (stray_ == Stray::None) begin_stray(text);
    if (stray_ == Stray::Document) push(text);
    if (stray_ == Stray::Ignored && text.ends_with('\n')) stray_ = Stray::None;
  }
  void begin_stray(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
    if (text.empty()) return;
    const bool document = text.front() == '{' || text.front() == '[';
    stray_ = document ? Stray::Document : Stray::Ignored;
    if (document && (writing_ || held_ > 0)) on_event();  // cut short by the bare document
  }
  void push(std::string_view text) {
    if (!reader_->write(text)) refuse_json(*reader_, http_status_);
  }
  void end_document() {
    if (!reader_->finish()) refuse_json(*reader_, http_status_);
    reader_->reset();
    ++documents_;
  }

  JsonReader* reader_;
  std::uint32_t http_status_;
  SseSplitter<JsonEvents> splitter_;
  std::size_t held_ = 0;  // bytes of the event that so far equal the sentinel
  bool writing_ = false;
  Stray stray_ = Stray::None;
  std::uint64_t documents_ = 0;
};

// The rest of the body is such a stream. Returns how many documents there were.
inline Async<std::uint64_t> read_json_events(Io& io, Exchange& exchange, JsonReader& reader) {
  JsonEvents events(reader, exchange.status());
  while (auto chunk = co_await exchange.chunk()) {
    for (; !chunk->empty(); chunk->remove_prefix(std::min(read_step_size, chunk->size()))) {
      events.write(chunk->substr(0, read_step_size));
      co_await io.drained();
    }
  }
  co_return events.finish();
}

template <class OnPiece>
Async<void> Io::for_each_string(Exchange& exchange, std::string_view path, OnPiece on_piece) {
  static_assert(std::is_trivially_destructible_v<OnPiece>,
                "capture by reference: g++ 12 destroys captured values twice in a co_await "
                "expression");
  JsonReader reader;
  reader.pieces(path, on_piece);
  co_await read_json(*this, exchange, reader);
}

inline Async<void> Io::for_each_string(Exchange& exchange, std::string_view path, PartShape shape) {
  std::optional<PartWriter> part;
  JsonReader reader;
  reader.pieces(path, [&](std::string_view piece, bool last) {
    if (!part) part.emplace(*this, shape);
    part->write(piece);
    if (!last) return;
    part->close();
    part.reset();
  });
  co_await read_json(*this, exchange, reader);
}

}  // namespace patchbay::inline v1
