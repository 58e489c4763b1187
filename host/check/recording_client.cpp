#include "host/check/recording_client.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

namespace patchbay::check {
namespace {

// What adapters read; all else says who asked, or when.
constexpr std::array<std::string_view, 2> kept_headers{"content-type", "retry-after"};

void note_once(std::vector<std::string>& notes, std::string note) {
  if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(std::move(note));
}

std::size_t count_of(std::string_view text, std::string_view mark) {
  std::size_t count = 0;
  for (std::size_t at = text.find(mark); at != std::string_view::npos;
       at = text.find(mark, at + mark.size()))
    ++count;
  return count;
}

}  // namespace

// Passes everything on, and keeps a copy.
class RecordingClient::Tap final : public net::HttpObserver {
 public:
  Tap(net::HttpObserver& observer, const Redactor& redactor, Recording& recording)
      : observer_(observer), redactor_(redactor), recording_(recording) {}

  void on_head(unsigned status, std::span<const net::Header> headers) override {
    reply_.status = status;
    for (const net::Header& header : headers) {
      const bool kept =
          std::find(kept_headers.begin(), kept_headers.end(), header.name) != kept_headers.end();
      if (kept) {
        reply_.headers.emplace_back(header.name, redactor_.redact(header.value));
      } else {
        note_once(recording_.removed, "header " + header.name);
      }
    }
    observer_.on_head(status, headers);
  }
  net::Flow on_data(std::span<const std::uint8_t> bytes) override {
    const std::size_t room = recorded_body_size_max - reply_.body.size();
    is_whole_ = is_whole_ && bytes.size() <= room;
    if (is_whole_) reply_.body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return observer_.on_data(bytes);
  }
  // The observer may start or cancel exchanges: it comes last.
  void on_end() override {
    record();
    observer_.on_end();
  }
  void on_fail(const net::NetFailure& failure) override {
    recording_.missing.push_back("an answer: " + redactor_.redact(failure.message));
    observer_.on_fail(failure);
  }

 private:
  void record() {
    if (!is_whole_) {
      recording_.missing.emplace_back("an answer that is too large");
      return;
    }
    const std::size_t marks = count_of(reply_.body, Redactor::mark);
    reply_.body = redactor_.redact(reply_.body);
    const std::size_t hidden = count_of(reply_.body, Redactor::mark) - marks;
    if (hidden > 0)
      recording_.removed.push_back("what looks like a secret, " + std::to_string(hidden) +
                                   " times in a body");
    recording_.replies.push_back(std::move(reply_));
  }

  net::HttpObserver& observer_;
  const Redactor& redactor_;
  Recording& recording_;
  Reply reply_;
  bool is_whole_ = true;
};

RecordingClient::RecordingClient(std::unique_ptr<net::HttpClient> client,
                                 const Redactor& redactor,
                                 std::shared_ptr<Recording> recording)
    : redactor_(redactor), recording_(std::move(recording)), client_(std::move(client)) {}

RecordingClient::~RecordingClient() = default;

Result<net::ExchangeId> RecordingClient::start(net::HttpRequest request,
                                               net::HttpObserver& observer) {
  auto tap = std::make_unique<Tap>(observer, redactor_, *recording_);
  const net::ExchangeId id = PATCHBAY_TRY(client_->start(std::move(request), *tap));
  taps_[id] = std::move(tap);
  return id;
}

void RecordingClient::cancel(net::ExchangeId exchange) {
  client_->cancel(exchange);
}

void RecordingClient::resume(net::ExchangeId exchange) {
  client_->resume(exchange);
}

}  // namespace patchbay::check
