#include "host/worker/wire_action.hpp"

#include "host/worker/wire_request.hpp"

#include <span>

namespace patchbay::host::wire {
namespace {

template <typename Payload>
const Payload& payload_of(const patchbay_action& action) {
  return *static_cast<const Payload*>(action.payload);
}

std::string write_http(Writer& writer, const patchbay_http_request& http) {
  if (http.header_count > count_max || (http.headers == nullptr && http.header_count != 0))
    return "HTTP with a wrong list of " + std::to_string(http.header_count) + " headers";
  if (http.body_count > count_max || (http.body == nullptr && http.body_count != 0))
    return "HTTP with a wrong list of " + std::to_string(http.body_count) + " segments";
  writer.number(http.origin).number(http.flags).text(http.method).text(http.target);
  write_pairs(writer, http.headers, http.header_count);
  writer.number(http.body_count);
  for (const patchbay_segment& segment : std::span(http.body, http.body_count)) {
    writer.number(segment.kind).number(segment.blob_index);
    writer.text(segment.kind == PATCHBAY_SEG_BYTES ? segment.bytes : patchbay_bytes{});
  }
  return {};
}

void write_part(Writer& writer, const patchbay_part& part) {
  writer.number(part.index).number(part.kind).number(part.flags).number(part.encoding);
  writer.number(part.disposition).number(part.belongs_to).text(part.mime).text(part.data);
}

void write_usage(Writer& writer, const patchbay_usage& usage) {
  writer.number(usage.known).number(usage.input_tokens).number(usage.output_tokens);
  writer.number(usage.total_tokens).number(usage.images).number(usage.cost_nano_usd);
}

void write_failure(Writer& writer, const patchbay_failure& failure) {
  writer.number(failure.category).number(failure.billed).number(failure.http_status);
  writer.number(failure.retry_after_ms).text(failure.provider_code).text(failure.message);
  writer.number(failure.understood);
}

void write_model(Writer& writer, const patchbay_model& model) {
  writer.number(model.flags).text(model.id).text(model.display_name).text(model.description);
}

// The payload's struct_size, where a known kind's begins with one; its size and name.
struct Shape {
  const char* name;
  std::size_t size;
  bool has_struct_size;
};
Shape shape_of(std::uint32_t kind) {
  switch (kind) {
    case PATCHBAY_ACT_HTTP: return {"HTTP", sizeof(patchbay_http_request), true};
    case PATCHBAY_ACT_WAIT: return {"WAIT", sizeof(std::uint64_t), false};
    case PATCHBAY_ACT_PART: return {"PART", sizeof(patchbay_part), true};
    case PATCHBAY_ACT_USAGE: return {"USAGE", sizeof(patchbay_usage), true};
    case PATCHBAY_ACT_META: return {"META", sizeof(patchbay_kv), false};
    case PATCHBAY_ACT_ERROR: return {"ERROR", sizeof(patchbay_failure), true};
    case PATCHBAY_ACT_MODEL: return {"MODEL", sizeof(patchbay_model), true};
    default: return {"", 0, false};
  }
}

}  // namespace

std::string write_action(Writer& writer, const patchbay_action& action) {
  const Shape shape = shape_of(action.kind);
  if (shape.size != 0 && action.payload == nullptr)
    return std::string(shape.name) + " without payload";
  if (shape.has_struct_size && payload_of<std::uint32_t>(action) < shape.size)
    return std::string(shape.name) + " with a struct_size of " +
           std::to_string(payload_of<std::uint32_t>(action));
  writer.number(action.kind).number(action.id);
  switch (action.kind) {
    case PATCHBAY_ACT_HTTP: return write_http(writer, payload_of<patchbay_http_request>(action));
    case PATCHBAY_ACT_WAIT: writer.number(payload_of<std::uint64_t>(action)); break;
    case PATCHBAY_ACT_PART: write_part(writer, payload_of<patchbay_part>(action)); break;
    case PATCHBAY_ACT_USAGE: write_usage(writer, payload_of<patchbay_usage>(action)); break;
    case PATCHBAY_ACT_META: write_pairs(writer, &payload_of<patchbay_kv>(action), 1); break;
    case PATCHBAY_ACT_ERROR: write_failure(writer, payload_of<patchbay_failure>(action)); break;
    case PATCHBAY_ACT_MODEL: write_model(writer, payload_of<patchbay_model>(action)); break;
    default: break;
  }
  return {};
}

void ReadAction::read_http(Reader& reader) {
  http_.struct_size = sizeof(http_);
  http_.origin = reader.number32();
  http_.flags = reader.number32();
  http_.method = reader.text();
  http_.target = reader.text();
  headers_ = read_pairs(reader);
  http_.headers = headers_.data();
  http_.header_count = headers_.size();
  body_.resize(reader.count(2 * sizeof(std::uint32_t)));
  for (patchbay_segment& segment : body_) {
    segment.kind = reader.number32();
    segment.blob_index = reader.number32();
    segment.bytes = reader.bytes();
  }
  http_.body = body_.data();
  http_.body_count = body_.size();
  action_.payload = &http_;
}

void ReadAction::read_part(Reader& reader) {
  part_.struct_size = sizeof(part_);
  part_.index = reader.number32();
  part_.kind = reader.number32();
  part_.flags = reader.number32();
  part_.encoding = reader.number32();
  part_.disposition = reader.number32();
  part_.belongs_to = reader.number32();
  part_.mime = reader.text();
  part_.data = reader.bytes();
  action_.payload = &part_;
}

void ReadAction::read_usage(Reader& reader) {
  usage_.struct_size = sizeof(usage_);
  usage_.known = reader.number32();
  usage_.input_tokens = reader.number64();
  usage_.output_tokens = reader.number64();
  usage_.total_tokens = reader.number64();
  usage_.images = reader.number64();
  usage_.cost_nano_usd = reader.number64();
  action_.payload = &usage_;
}

void ReadAction::read_failure(Reader& reader) {
  failure_.struct_size = sizeof(failure_);
  failure_.category = reader.number32();
  failure_.billed = reader.number32();
  failure_.http_status = reader.number32();
  failure_.retry_after_ms = reader.number64();
  failure_.provider_code = reader.text();
  failure_.message = reader.text();
  failure_.understood = reader.number32();
  action_.payload = &failure_;
}

void ReadAction::read_model(Reader& reader) {
  model_.struct_size = sizeof(model_);
  model_.flags = reader.number32();
  model_.id = reader.text();
  model_.display_name = reader.text();
  model_.description = reader.text();
  action_.payload = &model_;
}

bool ReadAction::read(Reader& reader) {
  action_ = {};
  action_.struct_size = sizeof(action_);
  action_.kind = reader.number32();
  action_.id = reader.number64();
  switch (action_.kind) {
    case PATCHBAY_ACT_HTTP: read_http(reader); break;
    case PATCHBAY_ACT_WAIT:
      delay_ms_ = reader.number64();
      action_.payload = &delay_ms_;
      break;
    case PATCHBAY_ACT_PART: read_part(reader); break;
    case PATCHBAY_ACT_USAGE: read_usage(reader); break;
    case PATCHBAY_ACT_META: {
      const std::vector<patchbay_kv> pairs = read_pairs(reader);
      if (pairs.size() != 1) return false;
      meta_ = pairs.front();
      action_.payload = &meta_;
      break;
    }
    case PATCHBAY_ACT_ERROR: read_failure(reader); break;
    case PATCHBAY_ACT_MODEL: read_model(reader); break;
    default: break;
  }
  return reader.finished();
}

}  // namespace patchbay::host::wire
