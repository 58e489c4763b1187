#include "host/check/action_recorder.hpp"

#include "core/media/base64_encoder.hpp"
#include "host/engine/contract.hpp"
#include <patchbay/json.hpp>
#include <patchbay/scalars.hpp>

#include <string_view>
#include <utility>

namespace patchbay::check {
namespace {

std::string base64(std::string_view bytes) {
  std::string out(media::base64_size(bytes.size()), '\0');
  media::base64_encode({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, out);
  return out;
}

}  // namespace

bool ActionRecorder::take(const patchbay_action& action) {
  if (action.kind > PATCHBAY_ACT_MODEL) {
    if ((action.kind & PATCHBAY_ACT_IGNORABLE) != 0) return true;
    violation(Rule::Action, "it answers with an unknown action " + std::to_string(action.kind));
    return false;
  }
  const Status sound = host::check_payload(action);
  if (!sound.ok()) {
    violation(Rule::Action, "it breaks its contract: " + sound.error().message);
    return false;
  }
  take_known(action);
  return true;
}

void ActionRecorder::take_known(const patchbay_action& action) {
  switch (action.kind) {
    case PATCHBAY_ACT_HTTP:
      begin(action.id);
      return take_request(*static_cast<const patchbay_http_request*>(action.payload));
    case PATCHBAY_ACT_WAIT:
      begin(action.id);
      timers_.insert(action.id);
      return;
    case PATCHBAY_ACT_ABORT_HTTP: under_way_.erase(action.id); return;
    case PATCHBAY_ACT_PART: return take_part(*static_cast<const patchbay_part*>(action.payload));
    case PATCHBAY_ACT_USAGE: {
      const auto& usage = *static_cast<const patchbay_usage*>(action.payload);
      seen_.usage = {usage.known,
                     usage.input_tokens,
                     usage.output_tokens,
                     usage.total_tokens,
                     usage.cost_nano_usd};
      return;
    }
    case PATCHBAY_ACT_META: {
      const auto& pair = *static_cast<const patchbay_kv*>(action.payload);
      seen_.meta.emplace_back(to_view(pair.key), to_view(pair.value));
      return;
    }
    case PATCHBAY_ACT_MODEL: {
      const auto& model = *static_cast<const patchbay_model*>(action.payload);
      seen_.models.push_back(
          {model.flags, std::string(to_view(model.id)), std::string(to_view(model.display_name))});
      return;
    }
    case PATCHBAY_ACT_DONE: return end(Ending::Done);
    default: return take_failure(*static_cast<const patchbay_failure*>(action.payload));
  }
}

void ActionRecorder::begin(std::uint64_t id) {
  if (id == 0 || !used_.insert(id).second)
    violation(Rule::Action, "it uses 0 or a used number as the id of an exchange or timer");
  under_way_.insert(id);
}

void ActionRecorder::take_request(const patchbay_http_request& raw) {
  SentRequest request;
  request.origin = raw.origin;
  request.flags = raw.flags;
  request.method = to_view(raw.method);
  request.target = to_view(raw.target);
  for (std::uint64_t i = 0; i < raw.header_count; ++i)
    request.headers.emplace_back(to_view(raw.headers[i].key), to_view(raw.headers[i].value));
  for (std::uint64_t i = 0; i < raw.body_count; ++i) request.body += resolved(raw.body[i]);
  seen_.requests.push_back(std::move(request));
}

std::string ActionRecorder::resolved(const patchbay_segment& segment) {
  if (segment.kind == PATCHBAY_SEG_BYTES) return std::string(to_view(segment.bytes));
  if (segment.kind > PATCHBAY_SEG_BLOB_JSON || segment.blob_index >= storage_.blob_count()) {
    violation(Rule::Action, "it puts a blob into a body that is not there");
    return {};
  }
  const std::string& blob = storage_.blob(segment.blob_index);
  if (segment.kind == PATCHBAY_SEG_BLOB_BASE64) return base64(blob);
  if (segment.kind == PATCHBAY_SEG_BLOB_RAW) return blob;
  std::string out;
  append_json_escaped(out, blob);
  return out;
}

void ActionRecorder::take_part(const patchbay_part& piece) {
  const bool known = seen_.parts.contains(piece.index);
  const bool first = (piece.flags & PATCHBAY_PART_FIRST) != 0;
  if (known == first)
    violation(Rule::Action, "it does not mark a part's first piece with FIRST, or another too");
  SeenPart& part = seen_.parts[piece.index];
  if (part.whole) violation(Rule::Action, "it gives a piece of a part after its last");
  if (first) part.kind = piece.kind;
  if (part.kind != piece.kind) violation(Rule::Action, "it changes the kind of a part");
  if (piece.kind < PATCHBAY_PART_TEXT || piece.kind > PATCHBAY_PART_STATE)
    violation(Rule::Action, "it gives a part of unknown kind " + std::to_string(piece.kind));
  part.encoding = piece.encoding;
  part.belongs_to = PATCHBAY_NO_PART;
  if (part_data_ == PartData::Kept) part.data.append(to_view(piece.data));
  if ((piece.flags & PATCHBAY_PART_LAST) == 0) return;
  part.whole = true;
  part.disposition = piece.disposition;
  part.belongs_to = piece.belongs_to;
  part.mime = to_view(piece.mime);
}

void ActionRecorder::take_failure(const patchbay_failure& failure) {
  seen_.failure = {failure.category,
                   failure.billed,
                   failure.http_status,
                   failure.understood,
                   failure.retry_after_ms,
                   std::string(to_view(failure.provider_code)),
                   std::string(to_view(failure.message))};
  end(Ending::Failed);
}

void ActionRecorder::end(Ending ending) {
  seen_.ending = ending;
  for (const auto& [index, part] : seen_.parts)
    if (ending == Ending::Done && !part.whole)
      violation(Rule::Action, "it is done, and a part is not");
}

}  // namespace patchbay::check
