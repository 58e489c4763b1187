// An HTTP client that remembers what was answered, without what must not lie on a disk.
#pragma once

#include "core/base/redactor.hpp"
#include "core/net/http_client.hpp"
#include "host/check/question.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace patchbay::check {

// What came of one session.
struct Recording {
  std::vector<Reply> replies;        // in the order of their requests
  std::vector<std::string> removed;  // "header set-cookie", "a secret, twice"; each once
  std::vector<std::string> missing;  // what could not be recorded, and why

  // Another attempt begins: what the last one got is not this one's.
  void start_over() { *this = Recording(); }
};

inline constexpr std::size_t recorded_body_size_max = std::size_t{32} << 20U;  // bytes

class RecordingClient final : public net::HttpClient {
 public:
  // Secrets that the redactor knows by the end of an answer are taken out of it.
  RecordingClient(std::unique_ptr<net::HttpClient> client,
                  const Redactor& redactor,
                  std::shared_ptr<Recording> recording);
  ~RecordingClient() override;

  [[nodiscard]] Result<net::ExchangeId> start(net::HttpRequest request,
                                              net::HttpObserver& observer) override;
  void cancel(net::ExchangeId exchange) override;
  void resume(net::ExchangeId exchange) override;

 private:
  class Tap;

  const Redactor& redactor_;
  std::shared_ptr<Recording> recording_;  // shared with the command, which outlives no host
  std::map<net::ExchangeId, std::unique_ptr<Tap>> taps_;
  std::unique_ptr<net::HttpClient> client_;  // goes first: it calls the taps
};

}  // namespace patchbay::check
