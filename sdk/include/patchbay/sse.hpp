// Server-sent events, split while they arrive, without holding a line.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace patchbay::inline v1 {

// What an SseSplitter tells. A view is valid during the call.
template <class Handler>
concept SseHandler = requires(Handler& handler, std::string_view text) {
  handler.on_data(text);   // the next piece of the event's data
  handler.on_event();      // the event is whole; only where it had data
  handler.on_stray(text);  // the next piece of lines that are no field, line ends included
};

// Lines end with LF, CRLF or CR. Comments and the fields event, id and retry are skipped; several
// data lines are joined by LF. A line whose field has none of the standard names is a stray: the
// standard ignores it, but some servers write a bare error document into the stream.
template <class Handler>
class SseSplitter {
 public:
  explicit SseSplitter(Handler& handler) noexcept : handler_(&handler) {}

  void write(std::string_view chunk) {
    std::size_t newline = chunk.find('\n');
    std::size_t carriage = chunk.find('\r');
    for (std::size_t at = 0; at < chunk.size();) {
      if (newline < at) newline = chunk.find('\n', at);
      if (carriage < at) carriage = chunk.find('\r', at);
      if (std::exchange(after_carriage_, false) && newline == at) {
        ++at;
        continue;
      }
      const std::size_t end = std::min({newline, carriage, chunk.size()});
      accept(chunk.substr(at, end - at));
      if (end == chunk.size()) return;
      after_carriage_ = end == carriage;
      at = end + 1;
      end_line();
    }
  }

  // The stream has ended; an event without its blank line is handed out too.
  void finish() {
    if (at_ != At::Name || name_size_ > 0) end_line();
    end_event();
  }

 private:
  enum class At : std::uint8_t { Mark, Name, Space, Value, Skipped, Stray };
  static constexpr std::string_view mark = "\xEF\xBB\xBF";  // a byte order mark may lead
  static constexpr std::size_t name_size_max = 5;           // "event", "retry"

  void accept(std::string_view text) {
    if (at_ == At::Mark) skip_mark(text);
    if (at_ == At::Name) take_name(text);
    if (at_ == At::Space && !text.empty()) {
      at_ = At::Value;
      if (text.front() == ' ') text.remove_prefix(1);
    }
    if (text.empty()) return;
    if (at_ == At::Value) handler_->on_data(text);
    if (at_ == At::Stray) handler_->on_stray(text);
  }
  void skip_mark(std::string_view& text) {
    while (mark_matched_ < mark.size() && !text.empty() && text.front() == mark[mark_matched_]) {
      ++mark_matched_;
      text.remove_prefix(1);
    }
    if (text.empty() && mark_matched_ < mark.size()) return;
    at_ = At::Name;
    if (mark_matched_ > 0 && mark_matched_ < mark.size()) stray(mark.substr(0, mark_matched_));
  }
  void take_name(std::string_view& text) {
    while (!text.empty() && text.front() != ':' && name_size_ < name_size_max) {
      name_[name_size_++] = text.front();
      text.remove_prefix(1);
    }
    if (text.empty()) return;
    if (text.front() != ':') return stray(name());
    if (name() == "data") {
      text.remove_prefix(1);
      return begin_data();
    }
    is_standard() ? void(at_ = At::Skipped) : stray(name());
  }
  [[nodiscard]] std::string_view name() const noexcept { return {name_.data(), name_size_}; }
  [[nodiscard]] bool is_standard() const noexcept {
    return name().empty() || name() == "event" || name() == "id" || name() == "retry";
  }
  void stray(std::string_view front) {
    at_ = At::Stray;
    if (!front.empty()) handler_->on_stray(front);
  }
  void begin_data() {
    at_ = At::Space;
    if (std::exchange(has_data_, true)) handler_->on_data(std::string_view("\n"));
  }
  void end_line() {
    const bool blank = (at_ == At::Name || at_ == At::Mark) && name_size_ == 0;
    if (at_ == At::Mark && mark_matched_ > 0) stray(mark.substr(0, mark_matched_));
    if (at_ == At::Name && name() == "data") begin_data();
    if (at_ == At::Name && !blank && !is_standard()) stray(name());
    if (at_ == At::Stray) handler_->on_stray(std::string_view("\n"));
    at_ = At::Name;
    name_size_ = 0;
    if (blank) end_event();
  }
  void end_event() {
    if (std::exchange(has_data_, false)) handler_->on_event();
  }

  Handler* handler_;
  At at_ = At::Mark;
  std::size_t mark_matched_ = 0;
  std::size_t name_size_ = 0;
  std::array<char, name_size_max> name_{};
  bool has_data_ = false;
  bool after_carriage_ = false;
};

}  // namespace patchbay::inline v1
