// What engine tests stand on: an engine on a loop, a candidate, a scripted adapter, a sink.
#pragma once

#include "core/net/event_loop.hpp"
#include "host/engine/engine.hpp"
#include "tests/unit/engine/scripted_adapter.hpp"
#include "tests/unit/engine/scripted_client.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace patchbay::testing {

// Remembers everything, and fails where a test asks for it.
class RecordingSink final : public host::Sink {
 public:
  struct Part {
    host::PartStart start;
    std::string data;
    std::optional<host::PartEnd> end;
  };
  std::map<std::uint32_t, Part> parts;
  std::vector<host::ListedModel> models;
  std::optional<Error> write_error;
  std::function<void()> on_write;

  [[nodiscard]] Status begin(const host::PartStart& part) override;
  [[nodiscard]] Status write(std::uint32_t index, std::span<const std::uint8_t> bytes) override;
  [[nodiscard]] Status end(const host::PartEnd& part) override;
  [[nodiscard]] Status model(const host::ListedModel& model) override;
};

inline constexpr std::string_view test_key = "sk-test-0123456789abcdef";

class EngineTest : public ::testing::Test {
 protected:
  EngineTest();
  ~EngineTest() override;

  using Script = std::function<void(ScriptedSession&, const patchbay_input&)>;
  void script(Script on_input) { adapter_script().on_input = std::move(on_input); }

  // Starts an attempt without waiting for anything.
  void start();
  // Runs the loop until the attempt has ended.
  host::AttemptOutcome wait();
  host::AttemptOutcome run() {
    start();
    return wait();
  }
  // The outcome of a run that must fail.
  host::Failure run_failing();
  // Calls `task` once the loop has nothing else to do now, some rounds later.
  void later(std::function<void()> task, int rounds = 20);

  net::EventLoop loop_;
  SystemClock clock_;
  Redactor redactor_;
  std::vector<std::string> log_lines_;
  Log log_;
  ScriptedClient scripted_client_;
  net::HttpClient* client_ = &scripted_client_;
  host::FoundPlugin plugin_;
  host::Candidate candidate_;
  host::Request request_;
  host::EngineLimits limits_;
  RecordingSink sink_;
  host::Sink* used_sink_ = &sink_;
  std::string credential_{test_key};
  std::vector<std::string> allowed_origins_{"https://api.example.test"};
  std::chrono::milliseconds deadline_{10'000};
  const patchbay_module* module_ = nullptr;  // null: the scripted adapter
  std::optional<host::Engine> engine_;
  std::unique_ptr<host::RunningAttempt> attempt_;
  std::optional<host::AttemptOutcome> outcome_;

  [[nodiscard]] host::AdapterManifest& manifest() { return plugin_.manifest.adapters.front(); }
};

// An adapter that posts once, and gives the answer's body on as one image without encoding.
void pass_image_through(ScriptedSession& session, const patchbay_input& input);

}  // namespace patchbay::testing
