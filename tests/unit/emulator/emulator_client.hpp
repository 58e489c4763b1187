// An emulator and a client of it on one loop: each call runs the loop until its answer is there.
#pragma once

#include "core/json/value.hpp"
#include "core/net/http_client.hpp"
#include "host/emulator/emulator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::emulator {

struct Answer {
  unsigned status = 0;  // 0: no head came
  std::vector<net::Header> headers;
  std::string body;
  std::optional<net::NetFailure> failure;
  std::size_t pieces = 0;  // that the body came in

  [[nodiscard]] std::string_view header(std::string_view lower_case_name) const {
    for (const net::Header& header : headers)
      if (header.name == lower_case_name) return header.value;
    return {};
  }
  [[nodiscard]] json::Value json() const {
    json::Limits limits;
    limits.size_max = std::size_t{256} << 20U;
    Result<json::Value> value = json::parse(body, limits);
    EXPECT_TRUE(value.ok()) << value.error().message << "\n" << body.substr(0, 500);
    return value.ok() ? std::move(value).value() : json::Value();
  }
};

class TextBody final : public net::BodySource {
 public:
  explicit TextBody(std::string text) : text_(std::move(text)) {}

  [[nodiscard]] std::uint64_t size() const override { return text_.size(); }
  [[nodiscard]] Result<std::size_t> read(std::span<char> out) override {
    const std::size_t count = std::min(out.size(), text_.size() - at_);
    std::memcpy(out.data(), text_.data() + at_, count);
    at_ += count;
    return count;
  }
  [[nodiscard]] Status rewind() override {
    at_ = 0;
    return {};
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

// Collects one answer.
class AnswerObserver final : public net::HttpObserver {
 public:
  explicit AnswerObserver(std::function<void()> on_over) : on_over_(std::move(on_over)) {}

  void on_head(unsigned status, std::span<const net::Header> headers) override {
    answer.status = status;
    answer.headers.assign(headers.begin(), headers.end());
  }
  [[nodiscard]] net::Flow on_data(std::span<const std::uint8_t> bytes) override {
    answer.body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    ++answer.pieces;
    return net::Flow::Continue;
  }
  void on_end() override { on_over_(); }
  void on_fail(const net::NetFailure& failure) override {
    answer.failure = failure;
    on_over_();
  }

  Answer answer;

 private:
  std::function<void()> on_over_;
};

struct Call {
  std::string method = "POST";
  std::string target{};  // below the base URL, or a whole URL
  std::string body{};
  std::vector<net::Header> headers{};
  std::optional<std::string> key{};  // none: the working one; empty: no key
  std::chrono::milliseconds deadline{20'000};
};

class EmulatorClient {
 public:
  explicit EmulatorClient(Options options = {}, std::string provider = "gemini")
      : provider_(std::move(provider)) {
    auto started = Emulator::start(loop_, std::move(options));
    EXPECT_TRUE(started.ok()) << started.error().message;
    emulator_ = std::move(started).value();
    auto client = net::HttpClient::create(loop_, {});
    EXPECT_TRUE(client.ok()) << client.error().message;
    client_ = std::move(client).value();
  }

  [[nodiscard]] Answer call(const Call& call) {
    std::vector<Answer> answers = call_together({call});
    return std::move(answers.front());
  }
  // All at once.
  [[nodiscard]] std::vector<Answer> call_together(const std::vector<Call>& calls) {
    std::size_t left = calls.size();
    std::vector<std::unique_ptr<AnswerObserver>> observers;
    for (const Call& call : calls) {
      observers.push_back(std::make_unique<AnswerObserver>([this, &left] {
        if (--left == 0) loop_.stop();
      }));
      const auto started = client_->start(request_of(call), *observers.back());
      EXPECT_TRUE(started.ok()) << started.error().message;
    }
    loop_.run();
    std::vector<Answer> answers;
    for (const auto& observer : observers) answers.push_back(std::move(observer->answer));
    return answers;
  }
  [[nodiscard]] Answer get(std::string target) {
    return call({.method = "GET", .target = std::move(target)});
  }
  [[nodiscard]] Answer post(std::string target, std::string body) {
    return call({.target = std::move(target), .body = std::move(body)});
  }
  [[nodiscard]] Answer post(std::string target, std::string body, std::string_view fault) {
    return call({.target = std::move(target),
                 .body = std::move(body),
                 .headers = {{.name = "x-emulate-fault", .value = std::string(fault)}}});
  }
  [[nodiscard]] Answer generate(std::string_view model, std::string body) {
    return call(
        {.target = "/models/" + std::string(model) + ":generateContent", .body = std::move(body)});
  }

  [[nodiscard]] Emulator& emulator() { return *emulator_; }
  // Of the provider that is called.
  [[nodiscard]] ProviderAccess access() const {
    for (const ProviderAccess& access : emulator_->access())
      if (access.provider == provider_) return access;
    ADD_FAILURE() << "no provider " << provider_;
    return {};
  }
  // What only some providers have: "login_url".
  [[nodiscard]] std::string access(std::string_view name) const {
    for (const auto& [known, text] : access().more)
      if (known == name) return text;
    ADD_FAILURE() << provider_ << " has no " << name;
    return {};
  }
  [[nodiscard]] net::EventLoop& loop() { return loop_; }
  void stop_emulator() { emulator_.reset(); }

 private:
  [[nodiscard]] net::HttpRequest request_of(const Call& call) const {
    net::HttpRequest request;
    request.method = call.method;
    const bool is_whole = call.target.starts_with("http");
    request.url = net::parse_url(is_whole ? call.target : access().base_url + call.target).value();
    request.headers = call.headers;
    const std::string key = call.key.value_or(access().key);
    if (!key.empty() && provider_ == "gemini")
      request.headers.push_back({.name = "x-goog-api-key", .value = key});
    if (!key.empty() && provider_ != "gemini")
      request.headers.push_back({.name = "authorization", .value = "Bearer " + key});
    if (call.method == "POST" || call.method == "PUT") {
      const bool is_typed = std::ranges::any_of(
          call.headers, [](const net::Header& header) { return header.name == "content-type"; });
      if (!is_typed)
        request.headers.push_back({.name = "content-type", .value = "application/json"});
      request.body = std::make_unique<TextBody>(call.body);
    }
    request.allow_private = net::AllowPrivate::Yes;
    request.deadline = call.deadline;
    return request;
  }

  std::string provider_;
  net::EventLoop loop_;
  std::unique_ptr<Emulator> emulator_;
  std::unique_ptr<net::HttpClient> client_;
};

// A request with this text, and what else belongs into the document.
[[nodiscard]] inline std::string prompt_body(std::string_view text, std::string_view rest = {}) {
  return R"({"contents":[{"role":"user","parts":[{"text":")" + std::string(text) + R"("}]}])" +
         std::string(rest) + "}";
}

// The value at a path such as "candidates.0.finishReason"; null where there is none.
[[nodiscard]] inline json::Value at(const json::Value& value, std::string_view path) {
  const json::Value* here = &value;
  while (!path.empty() && here != nullptr) {
    const std::size_t dot = path.find('.');
    const std::string step(path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    if (const json::Array* array = here->array()) {
      const std::size_t index = std::stoul(step);
      here = index < array->size() ? &(*array)[index] : nullptr;
    } else {
      here = here->find(step);
    }
  }
  return here == nullptr ? json::Value() : *here;
}

[[nodiscard]] inline std::string text_at(const json::Value& value, std::string_view path) {
  const json::Value found = at(value, path);
  return found.string() == nullptr ? std::string("(no text)") : *found.string();
}

[[nodiscard]] inline std::int64_t number_at(const json::Value& value, std::string_view path) {
  const json::Value found = at(value, path);
  return found.integer() == nullptr ? -1 : *found.integer();
}

}  // namespace patchbay::emulator
