#include "tests/unit/engine/scripted_adapter.hpp"

namespace patchbay::testing {
namespace {

patchbay_str str(const std::string& text) {
  return {text.data(), text.size()};
}

struct OwnedRequest {
  std::string method;
  std::string target;
  HttpOptions options;
  std::vector<patchbay_kv> headers;
  std::vector<patchbay_segment> segments;
  patchbay_http_request request{};

  void fill() {
    request.struct_size = sizeof(request);
    request.origin = options.origin;
    request.flags = options.flags;
    request.method = str(method);
    request.target = str(target);
    for (const auto& [name, value] : options.headers)
      headers.push_back(patchbay_kv{str(name), str(value)});
    request.headers = headers.data();
    request.header_count = headers.size();
    request.body = segments.data();
    request.body_count = segments.size();
  }
};

ScriptedSession& session_of(patchbay_session* session) {
  return *reinterpret_cast<ScriptedSession*>(session);
}

patchbay_status open_session(std::uint32_t,
                             const patchbay_host* host,
                             const patchbay_request* request,
                             patchbay_session** out,
                             patchbay_err* error) noexcept {
  AdapterScript& script = adapter_script();
  if (script.on_open) return script.on_open(error);
  auto session = std::make_unique<ScriptedSession>();
  session->host = host;
  session->request = request;
  ++script.open_sessions;
  *out = reinterpret_cast<patchbay_session*>(session.release());
  return PATCHBAY_OK;
}

patchbay_status feed_session(patchbay_session* session,
                             const patchbay_input* input,
                             patchbay_err*) noexcept {
  AdapterScript& script = adapter_script();
  script.inputs.push_back(input->kind);
  if (script.on_input) script.on_input(session_of(session), *input);
  return PATCHBAY_OK;
}

patchbay_status next_action(patchbay_session* session,
                            patchbay_action* out,
                            patchbay_err* error) noexcept {
  AdapterScript& script = adapter_script();
  if (script.on_next) return script.on_next(out, error);
  *out = session_of(session).take();
  return PATCHBAY_OK;
}

void close_session(patchbay_session* session) noexcept {
  if (session == nullptr) return;
  --adapter_script().open_sessions;
  const std::unique_ptr<ScriptedSession> owned(&session_of(session));
}

const void* no_extension(const char*) noexcept {
  return nullptr;
}

}  // namespace

template <typename Payload>
void ScriptedSession::push(std::uint32_t kind, std::uint64_t id, std::shared_ptr<Payload> payload) {
  Queued queued{};
  queued.action.struct_size = sizeof(patchbay_action);
  queued.action.kind = kind;
  queued.action.id = id;
  queued.action.payload = payload.get();
  queued.owned = std::move(payload);
  queue_.push_back(std::move(queued));
}

void ScriptedSession::http(std::uint64_t id, std::string target, HttpOptions options) {
  auto owned = std::make_shared<OwnedRequest>();
  owned->method = options.method;
  owned->target = std::move(target);
  owned->options = std::move(options);
  if (!owned->options.body.empty()) {
    const std::string& body = owned->options.body;
    owned->segments.push_back(patchbay_segment{
        PATCHBAY_SEG_BYTES, 0, {reinterpret_cast<const std::uint8_t*>(body.data()), body.size()}});
  }
  owned->fill();
  push(PATCHBAY_ACT_HTTP, id, std::shared_ptr<patchbay_http_request>(owned, &owned->request));
}

void ScriptedSession::http_segments(std::uint64_t id,
                                    std::string target,
                                    std::vector<patchbay_segment> segments) {
  auto owned = std::make_shared<OwnedRequest>();
  owned->method = "POST";
  owned->target = std::move(target);
  owned->segments = std::move(segments);
  owned->fill();
  push(PATCHBAY_ACT_HTTP, id, std::shared_ptr<patchbay_http_request>(owned, &owned->request));
}

void ScriptedSession::abort_http(std::uint64_t id) {
  raw(PATCHBAY_ACT_ABORT_HTTP, id, nullptr);
}

void ScriptedSession::wait(std::uint64_t id, std::uint64_t delay_ms) {
  push(PATCHBAY_ACT_WAIT, id, std::make_shared<std::uint64_t>(delay_ms));
}

void ScriptedSession::part(std::span<const std::uint8_t> data, PartOptions options) {
  struct OwnedPart {
    PartOptions options;
    patchbay_part part{};
  };
  auto owned = std::make_shared<OwnedPart>();
  owned->options = std::move(options);
  owned->part.struct_size = sizeof(patchbay_part);
  owned->part.index = owned->options.index;
  owned->part.kind = owned->options.kind;
  owned->part.flags = owned->options.flags;
  owned->part.encoding = owned->options.encoding;
  owned->part.disposition = owned->options.disposition;
  owned->part.belongs_to = PATCHBAY_NO_PART;
  owned->part.mime = str(owned->options.mime);
  owned->part.data = {data.data(), data.size()};
  push(PATCHBAY_ACT_PART, 0, std::shared_ptr<patchbay_part>(owned, &owned->part));
}

void ScriptedSession::part(std::string_view data, PartOptions options) {
  part(std::span(reinterpret_cast<const std::uint8_t*>(data.data()), data.size()),
       std::move(options));
}

void ScriptedSession::text(std::string_view data, std::uint32_t index) {
  PartOptions options;
  options.index = index;
  options.kind = PATCHBAY_PART_TEXT;
  part(data, options);
}

void ScriptedSession::usage(const patchbay_usage& usage) {
  push(PATCHBAY_ACT_USAGE, 0, std::make_shared<patchbay_usage>(usage));
}

void ScriptedSession::meta(std::string key, std::string value) {
  struct OwnedPair {
    std::string key;
    std::string value;
    patchbay_kv pair{};
  };
  auto owned = std::make_shared<OwnedPair>();
  owned->key = std::move(key);
  owned->value = std::move(value);
  owned->pair = patchbay_kv{str(owned->key), str(owned->value)};
  push(PATCHBAY_ACT_META, 0, std::shared_ptr<patchbay_kv>(owned, &owned->pair));
}

void ScriptedSession::model(std::string id, std::uint32_t flags) {
  struct OwnedModel {
    std::string id;
    patchbay_model model{};
  };
  auto owned = std::make_shared<OwnedModel>();
  owned->id = std::move(id);
  owned->model.struct_size = sizeof(patchbay_model);
  owned->model.flags = flags;
  owned->model.id = str(owned->id);
  push(PATCHBAY_ACT_MODEL, 0, std::shared_ptr<patchbay_model>(owned, &owned->model));
}

void ScriptedSession::done() {
  raw(PATCHBAY_ACT_DONE, 0, nullptr);
}

void ScriptedSession::error(FailureOptions options) {
  struct OwnedFailure {
    FailureOptions options;
    patchbay_failure failure{};
  };
  auto owned = std::make_shared<OwnedFailure>();
  owned->options = std::move(options);
  patchbay_failure& failure = owned->failure;
  failure.struct_size = sizeof(failure);
  failure.category = owned->options.category;
  failure.billed = owned->options.billed;
  failure.http_status = owned->options.http_status;
  failure.retry_after_ms = owned->options.retry_after_ms;
  failure.provider_code = str(owned->options.provider_code);
  failure.message = str(owned->options.message);
  failure.understood = owned->options.understood;
  push(PATCHBAY_ACT_ERROR, 0, std::shared_ptr<patchbay_failure>(owned, &owned->failure));
}

void ScriptedSession::raw(std::uint32_t kind, std::uint64_t id, const void* payload) {
  Queued queued{};
  queued.action.struct_size = sizeof(patchbay_action);
  queued.action.kind = kind;
  queued.action.id = id;
  queued.action.payload = payload;
  queue_.push_back(std::move(queued));
}

patchbay_action ScriptedSession::take() {
  if (queue_.empty()) {
    patchbay_action idle{};
    idle.struct_size = sizeof(idle);
    idle.kind = PATCHBAY_ACT_IDLE;
    idle.id = awaited;
    return idle;
  }
  // DONE and ERROR stay: the ABI says that they are answered again.
  last_ = queue_.front();
  const std::uint32_t kind = last_.action.kind;
  if (kind != PATCHBAY_ACT_DONE && kind != PATCHBAY_ACT_ERROR) queue_.pop_front();
  return last_.action;
}

AdapterScript& adapter_script() {
  static AdapterScript script;
  return script;
}

const patchbay_module* scripted_module() {
  static const patchbay_module module{sizeof(patchbay_module),
                                      PATCHBAY_ABI_MINOR,
                                      0,
                                      1,
                                      &open_session,
                                      &feed_session,
                                      &next_action,
                                      &close_session,
                                      &no_extension};
  return &module;
}

}  // namespace patchbay::testing
