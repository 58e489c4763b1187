#include "tests/unit/engine/engine_fixture.hpp"

#include <utility>

namespace patchbay::testing {

Status RecordingSink::begin(const host::PartStart& part) {
  EXPECT_FALSE(parts.contains(part.index)) << "a part begins twice";
  parts[part.index].start = part;
  return {};
}

Status RecordingSink::write(std::uint32_t index, std::span<const std::uint8_t> bytes) {
  EXPECT_TRUE(parts.contains(index));
  if (on_write) on_write();
  if (write_error) return *write_error;
  parts[index].data.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return {};
}

Status RecordingSink::end(const host::PartEnd& part) {
  parts[part.index].end = part;
  return {};
}

Status RecordingSink::model(const host::ListedModel& model) {
  models.push_back(model);
  return {};
}

EngineTest::EngineTest()
    : log_(redactor_,
           LogLevel::Debug,
           [this](LogLevel, std::string_view line) { log_lines_.emplace_back(line); }),
      scripted_client_(loop_) {
  adapter_script() = {};
  host::AdapterManifest manifest;
  manifest.id = "test.scripted";
  manifest.name = "scripted";
  manifest.endpoint = "https://api.example.test/v1";
  manifest.auth["bearer"] = host::CredentialPlacement{"authorization", "Bearer "};
  manifest.default_auth_type = "bearer";
  manifest.operations = {host::Operation::Image,
                         host::Operation::Chat,
                         host::Operation::Models,
                         host::Operation::Verify};
  plugin_.manifest.adapters.push_back(std::move(manifest));
  plugin_.trust = host::Trust::Bundled;
  candidate_.adapter.plugin = &plugin_;
  candidate_.provider.name = "scripted";
  candidate_.provider.endpoint_url = "https://api.example.test/v1";
  candidate_.provider.auth_type = "bearer";
  candidate_.model = "model-1";
  host::Message message;
  message.parts.push_back(host::MessagePart{host::PartKind::Text, "a banana", 0});
  request_.messages.push_back(std::move(message));
}

EngineTest::~EngineTest() {
  attempt_.reset();
  EXPECT_EQ(adapter_script().open_sessions, 0) << "a session was not closed";
  adapter_script() = {};
}

void EngineTest::start() {
  engine_.emplace(host::EngineDependencies{loop_, *client_, clock_, log_, redactor_}, limits_);
  SecretBytes credential;
  if (!credential_.empty()) {
    auto copied = SecretBytes::copy_of(credential_);
    ASSERT_TRUE(copied.ok());
    credential = std::move(copied).value();
  }
  outcome_.reset();
  attempt_ =
      engine_->start(host::AttemptInput{request_,
                                        candidate_,
                                        *used_sink_,
                                        {module_ != nullptr ? module_ : scripted_module(), {}},
                                        std::move(credential),
                                        allowed_origins_,
                                        7,
                                        deadline_},
                     [this](host::AttemptOutcome outcome) {
                       EXPECT_FALSE(outcome_.has_value()) << "told twice";
                       outcome_ = std::move(outcome);
                       loop_.stop();
                     });
  EXPECT_FALSE(outcome_.has_value()) << "told before start() returned";
}

host::AttemptOutcome EngineTest::wait() {
  loop_.run();
  EXPECT_TRUE(outcome_.has_value()) << "the loop came to rest before the attempt ended";
  return outcome_.value_or(host::AttemptOutcome{});
}

host::Failure EngineTest::run_failing() {
  const host::AttemptOutcome outcome = run();
  EXPECT_FALSE(outcome.ok()) << "it succeeded";
  return outcome.failure.value_or(host::Failure{});
}

void EngineTest::later(std::function<void()> task, int rounds) {
  if (rounds == 0) {
    task();
    return;
  }
  loop_.post([this, task = std::move(task), rounds] { later(task, rounds - 1); });
}

void pass_image_through(ScriptedSession& session, const patchbay_input& input) {
  PartOptions options;
  switch (input.kind) {
    case PATCHBAY_IN_START: {
      HttpOptions http;
      http.body = "{}";
      session.http(1, "/images", http);
      session.awaited = 1;
      break;
    }
    case PATCHBAY_IN_HTTP_HEAD:
      options.flags = PATCHBAY_PART_FIRST;
      session.part(std::string_view(), options);
      break;
    case PATCHBAY_IN_HTTP_DATA: {
      const auto& bytes = *static_cast<const patchbay_bytes*>(input.payload);
      options.flags = 0;
      session.part(std::span(bytes.ptr, bytes.len), options);
      break;
    }
    case PATCHBAY_IN_HTTP_END:
      options.flags = PATCHBAY_PART_LAST;
      session.part(std::string_view(), options);
      session.done();
      break;
    case PATCHBAY_IN_HTTP_FAIL: {
      FailureOptions failure;
      failure.category = PATCHBAY_ERR_NETWORK;
      failure.message = "the adapter's own words";
      session.error(failure);
      break;
    }
    default: break;
  }
}

}  // namespace patchbay::testing
