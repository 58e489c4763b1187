#include "host/engine/contract.hpp"

#include <span>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::uint32_t struct_size_max = 4096;  // more is not a size but garbage

Status check_text(std::string_view name, const patchbay_str& text) {
  if (text.len != 0 && text.ptr == nullptr)
    return contract_error(std::string(name) + " is a null pointer");
  if (text.len > action_text_size_max)
    return contract_error(std::string(name) + " has " + std::to_string(text.len) + " bytes");
  return {};
}

Status check_bytes(std::string_view name, const patchbay_bytes& bytes, std::uint64_t size_max) {
  if (bytes.len != 0 && bytes.ptr == nullptr)
    return contract_error(std::string(name) + " is a null pointer");
  if (bytes.len > size_max)
    return contract_error(std::string(name) + " has " + std::to_string(bytes.len) + " bytes");
  return {};
}

template <typename Payload>
Result<const Payload*> payload_of(const patchbay_action& action, std::string_view name) {
  if (action.payload == nullptr) return contract_error(std::string(name) + " without payload");
  const auto* payload = static_cast<const Payload*>(action.payload);
  const std::uint32_t size = payload->struct_size;
  if (size < sizeof(Payload) || size > struct_size_max)
    return contract_error(std::string(name) + " with a struct_size of " + std::to_string(size));
  return payload;
}

Status check_http(const patchbay_action& action) {
  const auto* request = PATCHBAY_TRY(payload_of<patchbay_http_request>(action, "HTTP"));
  PATCHBAY_TRY(check_text("the method", request->method));
  PATCHBAY_TRY(check_text("the target", request->target));
  if (request->header_count > request_header_count_max)
    return contract_error("a request with " + std::to_string(request->header_count) + " headers");
  if (request->header_count != 0 && request->headers == nullptr)
    return contract_error("the headers are a null pointer");
  for (const auto& [key, value] : std::span(request->headers, request->header_count)) {
    PATCHBAY_TRY(check_text("a header's name", key));
    PATCHBAY_TRY(check_text("a header's value", value));
  }
  if (request->body_count > request_segment_count_max)
    return contract_error("a body of " + std::to_string(request->body_count) + " segments");
  if (request->body_count != 0 && request->body == nullptr)
    return contract_error("the body is a null pointer");
  std::uint64_t literal_size = 0;
  for (const patchbay_segment& segment : std::span(request->body, request->body_count)) {
    if (segment.kind != PATCHBAY_SEG_BYTES) continue;
    PATCHBAY_TRY(check_bytes("a segment", segment.bytes, request_literal_size_max));
    literal_size += segment.bytes.len;
  }
  if (literal_size > request_literal_size_max)
    return contract_error("a body with " + std::to_string(literal_size) + " bytes of its own");
  return {};
}

Status check_part(const patchbay_action& action) {
  const auto* part = PATCHBAY_TRY(payload_of<patchbay_part>(action, "PART"));
  PATCHBAY_TRY(check_text("a part's mime", part->mime));
  return check_bytes("a part's data", part->data, part_piece_size_max);
}

Status check_usage(const patchbay_action& action) {
  const auto usage = payload_of<patchbay_usage>(action, "USAGE");
  if (!usage.ok()) return usage.error();
  return {};
}

Status check_meta(const patchbay_action& action) {
  if (action.payload == nullptr) return contract_error("META without payload");
  const auto* pair = static_cast<const patchbay_kv*>(action.payload);
  PATCHBAY_TRY(check_text("META's key", pair->key));
  return check_text("META's value", pair->value);
}

Status check_model(const patchbay_action& action) {
  const auto* model = PATCHBAY_TRY(payload_of<patchbay_model>(action, "MODEL"));
  PATCHBAY_TRY(check_text("a model's id", model->id));
  PATCHBAY_TRY(check_text("a model's name", model->display_name));
  PATCHBAY_TRY(check_text("a model's description", model->description));
  if (model->id.len == 0) return contract_error("a model without id");
  return {};
}

Status check_failure(const patchbay_action& action) {
  const auto* failure = PATCHBAY_TRY(payload_of<patchbay_failure>(action, "ERROR"));
  PATCHBAY_TRY(check_text("the failure's code", failure->provider_code));
  // The provider's own words, which may be any number: they are cut where they are used.
  if (failure->message.len != 0 && failure->message.ptr == nullptr)
    return contract_error("the failure's message is a null pointer");
  return {};
}

}  // namespace

Error contract_error(std::string what) {
  return Error{ErrorCode::Plugin, "the adapter broke its contract: " + std::move(what), {}, {}};
}

Status check_payload(const patchbay_action& action) {
  switch (action.kind) {
    case PATCHBAY_ACT_HTTP: return check_http(action);
    case PATCHBAY_ACT_WAIT:
      if (action.payload == nullptr) return contract_error("WAIT without payload");
      return {};
    case PATCHBAY_ACT_PART: return check_part(action);
    case PATCHBAY_ACT_USAGE: return check_usage(action);
    case PATCHBAY_ACT_META: return check_meta(action);
    case PATCHBAY_ACT_ERROR: return check_failure(action);
    case PATCHBAY_ACT_MODEL: return check_model(action);
    default: return {};
  }
}

}  // namespace patchbay::host
