#include "tests/contract/session_player.hpp"

#include <patchbay/json.hpp>
#include <patchbay/scalars.hpp>

#include <algorithm>
#include <cstring>
#include <dlfcn.h>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace patchbay::contract {
namespace {

constexpr std::uint64_t now_unix_ms = 1'700'000'000'000U;
constexpr std::uint64_t actions_max = 1'000'000;  // of one play: a session that never rests

std::string base64(std::string_view bytes) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8U | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += k <= count ? alphabet[group >> (18 - (6 * k)) & 63U] : '=';
  }
  return out;
}

void ignore_log(void*, std::int32_t, patchbay_str) noexcept {}
const void* no_extension(void*, const char*) noexcept {
  return nullptr;
}

class Player {
 public:
  Player(const patchbay_module& module, const Question& question, const Play& how)
      : module_(module), storage_(question), how_(how) {}
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  Transcript run(const std::vector<Reply>& replies) {
    how_.boundary(true);
    const patchbay_status opened = module_.open(0, &host_, &storage_.request(), &session_, &err_);
    how_.boundary(false);
    if (opened != PATCHBAY_OK) return broken(err_.message);
    feed(PATCHBAY_IN_START, 0, nullptr);
    for (std::size_t i = 0; i < replies.size() && !over_; ++i)
      answer(replies[i], i + 1 == replies.size());
    if (over_ && session_ != nullptr) check_ended_session();
    how_.boundary(true);
    module_.close(session_);
    how_.boundary(false);
    return std::move(seen_);
  }

 private:
  Transcript broken(const std::string& why) {
    seen_.ending = Ending::Broken;
    seen_.failure.message = why;
    over_ = true;
    return seen_;
  }

  void answer(const Reply& reply, bool last) {
    if (awaited_ == 0) return violation("it waits for nothing");
    std::vector<patchbay_kv> headers;
    for (const auto& [name, value] : reply.headers)
      headers.push_back({to_str(name), to_str(value)});
    const patchbay_http_head head = {sizeof head, reply.status, headers.data(), headers.size()};
    const std::uint64_t id = awaited_;
    feed(PATCHBAY_IN_HTTP_HEAD, id, &head);
    const std::size_t end = last ? std::min(how_.limit, reply.body.size()) : reply.body.size();
    for (std::size_t at = 0; at < end && !over_;) {
      const std::size_t size = std::min(std::max<std::size_t>(1, how_.chunk_size()), end - at);
      feed_chunk(id, std::string_view(reply.body).substr(at, size));
      at += size;
    }
    finish(id, last ? how_.cut : Cut::Complete);
  }
  void finish(std::uint64_t id, Cut cut) {
    const patchbay_http_fail fail = {
        sizeof fail, PATCHBAY_FAIL_NETWORK, 1, 0, to_str("connection reset")};
    if (cut == Cut::Closed || over_) return;
    if (cut == Cut::ConnectionLost) return feed(PATCHBAY_IN_HTTP_FAIL, id, &fail);
    if (cut == Cut::Cancelled) return feed(PATCHBAY_IN_CANCEL, 0, nullptr);
    feed(PATCHBAY_IN_HTTP_END, id, nullptr);
  }
  // Each chunk is its own block, overwritten and freed as soon as the session is idle.
  void feed_chunk(std::uint64_t id, std::string_view chunk) {
    const auto block = std::make_unique<char[]>(chunk.size());
    std::memcpy(block.get(), chunk.data(), chunk.size());
    const patchbay_bytes bytes = to_bytes({block.get(), chunk.size()});
    feed(PATCHBAY_IN_HTTP_DATA, id, &bytes);
    std::memset(block.get(), 0xEE, chunk.size());
  }

  patchbay_status call_feed(const patchbay_input& input) {
    how_.boundary(true);
    const patchbay_status status = module_.feed(session_, &input, &err_);
    how_.boundary(false);
    return status;
  }
  void feed(std::uint32_t kind, std::uint64_t id, const void* payload) {
    if (over_) return;
    const patchbay_input input = {sizeof input, kind, id, now_unix_ms, payload};
    if (call_feed(input) != PATCHBAY_OK) {
      broken(err_.message);
      return;
    }
    drain(input);
  }
  void drain(const patchbay_input& input) {
    for (std::uint64_t run = 0; run < actions_max; ++run) {
      patchbay_action action;
      std::memset(&action, 0xA5, sizeof action);
      action.struct_size = sizeof action;
      how_.boundary(true);
      const patchbay_status status = module_.next(session_, &action, &err_);
      how_.boundary(false);
      if (status != PATCHBAY_OK) {
        broken(err_.message);
        return;
      }
      seen_.actions_in_a_row = std::max(seen_.actions_in_a_row, run);
      if (action.kind == PATCHBAY_ACT_IDLE) return rest(action.id);
      take(action);
      if (over_) return;
      if (run == 0 && input.kind == PATCHBAY_IN_HTTP_DATA && call_feed(input) != PATCHBAY_E_STATE)
        violation("it accepts an input before it was idle");
    }
    violation("it never rests");
    over_ = true;
  }
  void rest(std::uint64_t id) {
    awaited_ = id;
    if (id == 0 || std::find(ids_.begin(), ids_.end(), id) == ids_.end())
      violation("it waits for an exchange that it never asked for");
  }
  // After the end: inputs are ignored, and next() repeats itself.
  void check_ended_session() {
    if (seen_.ending != Ending::Done && seen_.ending != Ending::Failed) return;
    const patchbay_input late = {sizeof late, PATCHBAY_IN_HTTP_END, awaited_, now_unix_ms, nullptr};
    if (call_feed(late) != PATCHBAY_OK) violation("it refuses an input after its end");
    patchbay_action action = {sizeof action, 0, 0, nullptr};
    if (module_.next(session_, &action, &err_) != PATCHBAY_OK ||
        action.kind != (seen_.ending == Ending::Done ? PATCHBAY_ACT_DONE : PATCHBAY_ACT_ERROR))
      violation("it does not repeat its end");
  }

  void take(const patchbay_action& action) {
    switch (action.kind) {
      case PATCHBAY_ACT_HTTP:
        return take_request(action.id, *static_cast<const patchbay_http_request*>(action.payload));
      case PATCHBAY_ACT_PART: return take_part(*static_cast<const patchbay_part*>(action.payload));
      case PATCHBAY_ACT_USAGE:
        return take_usage(*static_cast<const patchbay_usage*>(action.payload));
      case PATCHBAY_ACT_META: {
        const auto& pair = *static_cast<const patchbay_kv*>(action.payload);
        seen_.meta.emplace_back(to_view(pair.key), to_view(pair.value));
        return;
      }
      case PATCHBAY_ACT_MODEL: {
        const auto& model = *static_cast<const patchbay_model*>(action.payload);
        seen_.models.push_back({model.flags,
                                std::string(to_view(model.id)),
                                std::string(to_view(model.display_name))});
        return;
      }
      case PATCHBAY_ACT_DONE: return end(Ending::Done);
      case PATCHBAY_ACT_ERROR:
        return take_failure(*static_cast<const patchbay_failure*>(action.payload));
      case PATCHBAY_ACT_ABORT_HTTP:
      case PATCHBAY_ACT_WAIT: ids_.push_back(action.id); return;
      default: violation("an unknown action");
    }
  }
  void take_request(std::uint64_t id, const patchbay_http_request& raw) {
    if (id == 0 || std::find(ids_.begin(), ids_.end(), id) != ids_.end())
      violation("an id of an exchange is 0 or used twice");
    ids_.push_back(id);
    SentRequest request;
    request.origin = raw.origin;
    request.method = to_view(raw.method);
    request.target = to_view(raw.target);
    for (std::uint64_t i = 0; i < raw.header_count; ++i)
      request.headers.emplace_back(to_view(raw.headers[i].key), to_view(raw.headers[i].value));
    for (std::uint64_t i = 0; i < raw.body_count; ++i) request.body += resolved(raw.body[i]);
    seen_.requests.push_back(std::move(request));
  }
  std::string resolved(const patchbay_segment& segment) {
    if (segment.kind == PATCHBAY_SEG_BYTES) return std::string(to_view(segment.bytes));
    const std::string& blob = storage_.blob(segment.blob_index);
    if (segment.kind == PATCHBAY_SEG_BLOB_BASE64) return base64(blob);
    std::string out;
    segment.kind == PATCHBAY_SEG_BLOB_JSON ? append_json_escaped(out, blob) : void(out = blob);
    return out;
  }
  void take_part(const patchbay_part& piece) {
    const bool known = seen_.parts.contains(piece.index);
    const bool first = (piece.flags & PATCHBAY_PART_FIRST) != 0;
    if (known == first) violation("FIRST is not on a part's first piece, or not only there");
    SeenPart& part = seen_.parts[piece.index];
    if (part.whole) violation("a piece after a part's last");
    if (first) part.kind = piece.kind;
    if (part.kind != piece.kind) violation("a part changes its kind");
    part.encoding = piece.encoding;
    part.belongs_to = PATCHBAY_NO_PART;
    part.data.append(to_view(piece.data));
    if ((piece.flags & PATCHBAY_PART_LAST) == 0) return;
    part.whole = true;
    part.disposition = piece.disposition;
    part.belongs_to = piece.belongs_to;
    part.mime = to_view(piece.mime);
  }
  void take_usage(const patchbay_usage& usage) {
    seen_.usage = {usage.known, usage.input_tokens, usage.output_tokens, usage.total_tokens};
  }
  void take_failure(const patchbay_failure& failure) {
    seen_.failure = {failure.category,
                     failure.billed,
                     failure.http_status,
                     failure.understood,
                     failure.retry_after_ms,
                     std::string(to_view(failure.provider_code)),
                     std::string(to_view(failure.message))};
    end(Ending::Failed);
  }
  void end(Ending ending) {
    seen_.ending = ending;
    over_ = true;
    for (const auto& [index, part] : seen_.parts)
      if (ending == Ending::Done && !part.whole) violation("done with an open part");
  }
  void violation(const std::string& what) { seen_.violations.push_back(what); }

  const patchbay_module& module_;
  RequestStorage storage_;
  const Play& how_;
  patchbay_host host_ = {sizeof host_, PATCHBAY_ABI_MINOR, nullptr, ignore_log, no_extension};
  patchbay_err err_ = {sizeof err_, 0, {}};
  patchbay_session* session_ = nullptr;
  std::vector<std::uint64_t> ids_;
  std::uint64_t awaited_ = 0;
  bool over_ = false;
  Transcript seen_;
};

}  // namespace

LoadedPlugin::LoadedPlugin(const std::string& path) {
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  using Entry = const patchbay_module* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(library, "patchbay_plugin_v1"));
  if (entry == nullptr) throw std::runtime_error(path + " exports no patchbay_plugin_v1");
  module_ = entry();
}

RequestStorage::RequestStorage(const Question& question) : question_(question) {
  for (const InputMessage& message : question_.messages)
    for (const InputPart& part : message.parts)
      if (part.kind != PATCHBAY_PART_TEXT) blob_bytes_.push_back(part.text);
  blobs_.reserve(blob_bytes_.size());
  parts_.reserve(question_.messages.size());
  part_lists_.reserve(question_.messages.size());
  messages_.reserve(question_.messages.size());
  for (const InputMessage& message : question_.messages) add_message(message);
  for (const patchbay_blob& blob : blobs_) blob_list_.push_back(&blob);
  for (const patchbay_message& message : messages_) message_list_.push_back(&message);
  for (const auto& [key, value] : question_.params) params_.push_back({to_str(key), to_str(value)});
  for (const auto& [key, value] : question_.settings)
    settings_.push_back({to_str(key), to_str(value)});
  request_.struct_size = sizeof request_;
  request_.operation = question_.operation;
  request_.model = to_str(question_.model);
  request_.auth_type = to_str("api_key");
  request_.messages = message_list_.data();
  request_.message_count = message_list_.size();
  request_.blobs = blob_list_.data();
  request_.blob_count = blob_list_.size();
  request_.params = params_.data();
  request_.param_count = params_.size();
  request_.settings = settings_.data();
  request_.setting_count = settings_.size();
  request_.random = 42;
}

void RequestStorage::add_message(const InputMessage& message) {
  std::vector<patchbay_input_part>& parts = parts_.emplace_back();
  for (const InputPart& part : message.parts) {
    patchbay_input_part raw{};
    raw.struct_size = sizeof raw;
    raw.kind = part.kind;
    if (part.kind == PATCHBAY_PART_TEXT) {
      raw.text = to_str(part.text);
    } else {
      raw.blob_index = static_cast<std::uint32_t>(blobs_.size());
      patchbay_blob blob{};
      blob.struct_size = sizeof blob;
      blob.size = part.text.size();
      blob.mime = to_str(part.mime);
      blobs_.push_back(blob);
    }
    parts.push_back(raw);
  }
  std::vector<const patchbay_input_part*>& list = part_lists_.emplace_back();
  for (const patchbay_input_part& part : parts) list.push_back(&part);
  messages_.push_back({sizeof(patchbay_message), message.role, list.data(), list.size()});
}

Transcript play(const patchbay_module& module,
                const Question& question,
                const std::vector<Reply>& replies,
                const Play& how) {
  return Player(module, question, how).run(replies);
}

}  // namespace patchbay::contract
