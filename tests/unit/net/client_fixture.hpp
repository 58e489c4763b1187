// A client, its loop, and observers that remember what they were told.
#pragma once

#include "core/net/event_loop.hpp"
#include "core/net/http_client.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::testing {

class RecordingObserver : public net::HttpObserver {
 public:
  explicit RecordingObserver(std::function<void()> over = nullptr) : over_(std::move(over)) {}

  void on_head(unsigned head_status, std::span<const net::Header> head_headers) override {
    ++head_count;
    status = head_status;
    headers.assign(head_headers.begin(), head_headers.end());
    if (at_head) at_head();
  }
  [[nodiscard]] net::Flow on_data(std::span<const std::uint8_t> bytes) override {
    EXPECT_EQ(head_count, 1);
    body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    ++data_count;
    return at_data ? at_data() : net::Flow::Continue;
  }
  void on_end() override {
    ++end_count;
    if (over_) over_();
  }
  void on_fail(const net::NetFailure& told) override {
    ++end_count;
    failure = told;
    if (over_) over_();
  }

  [[nodiscard]] bool succeeded() const { return end_count == 1 && !failure; }
  [[nodiscard]] bool heard_nothing() const {
    return head_count == 0 && data_count == 0 && end_count == 0;
  }
  [[nodiscard]] std::string header(std::string_view name) const {
    const auto found = std::find_if(
        headers.begin(), headers.end(), [name](const net::Header& h) { return h.name == name; });
    return found == headers.end() ? "" : found->value;
  }

  unsigned status = 0;
  int head_count = 0;
  int data_count = 0;
  int end_count = 0;
  std::vector<net::Header> headers;
  std::string body;
  std::optional<net::NetFailure> failure;
  std::function<void()> at_head;
  std::function<net::Flow()> at_data;

 private:
  std::function<void()> over_;
};

// A body that is made as it is read: byte number i is i modulo 251.
class PatternBody final : public net::BodySource {
 public:
  explicit PatternBody(std::uint64_t size) : size_(size) {}
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] Result<std::size_t> read(std::span<char> out) override {
    const auto count = std::min<std::uint64_t>(out.size(), size_ - position_);
    for (std::size_t i = 0; i < count; ++i) out[i] = byte_at(position_ + i);
    position_ += count;
    return static_cast<std::size_t>(count);
  }
  [[nodiscard]] Status rewind() override {
    position_ = 0;
    return {};
  }
  [[nodiscard]] static char byte_at(std::uint64_t position) {
    return static_cast<char>(position % 251);
  }

 private:
  std::uint64_t size_;
  std::uint64_t position_ = 0;
};

class ClientTest : public ::testing::Test {
 protected:
  void make_client_trusting(const std::filesystem::path& ca_file) {
    net::HttpClientOptions options;
    options.ca_file = ca_file;
    make_client(options);
  }

  void make_client(const net::HttpClientOptions& options = {}) {
    client_.reset();
    auto client = net::HttpClient::create(loop_, options);
    ASSERT_TRUE(client) << client.error().message;
    client_ = std::move(client).value();
  }

  [[nodiscard]] static net::HttpRequest get(const std::string& url) {
    net::HttpRequest request;
    auto parsed = net::parse_url(url);
    EXPECT_TRUE(parsed) << url;
    if (parsed) request.url = std::move(parsed).value();
    request.allow_private = net::AllowPrivate::Yes;
    request.deadline = std::chrono::seconds(20);
    return request;
  }

  [[nodiscard]] static net::HttpRequest post(const std::string& url, std::uint64_t body_size) {
    net::HttpRequest request = get(url);
    request.method = "POST";
    request.body = std::make_unique<PatternBody>(body_size);
    return request;
  }

  static void add_credential(net::HttpRequest& request,
                             std::string name = "x-goog-api-key",
                             std::string_view secret = "canary-0123456789") {
    auto bytes = SecretBytes::copy_of(secret);
    ASSERT_TRUE(bytes);
    request.credential = net::CredentialHeader{std::move(name), "", std::move(bytes).value()};
  }

  // Runs one exchange to its end. The client is made without options where there is none yet.
  std::unique_ptr<RecordingObserver> run(net::HttpRequest request) {
    if (client_ == nullptr) make_client();
    auto observer = std::make_unique<RecordingObserver>([this] { loop_.stop(); });
    auto started = client_->start(std::move(request), *observer);
    EXPECT_TRUE(started) << (started ? "" : started.error().message);
    EXPECT_TRUE(observer->heard_nothing());
    if (started) loop_.run();
    return observer;
  }

  net::EventLoop loop_;
  std::unique_ptr<net::HttpClient> client_;
};

}  // namespace patchbay::testing
