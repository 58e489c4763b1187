#include "host/worker/wire_request.hpp"

#include <span>

namespace patchbay::host::wire {
namespace {

constexpr std::size_t text_size = sizeof(std::uint64_t) + sizeof(std::uint32_t);  // of an empty one

void write_message(Writer& writer, const patchbay_message& message) {
  writer.number(message.role).number(message.part_count);
  for (const patchbay_input_part* part : std::span(message.parts, message.part_count))
    writer.number(part->kind).number(part->blob_index).text(part->text);
}

void write_blob(Writer& writer, const patchbay_blob& blob) {
  writer.number(blob.width).number(blob.height).number(blob.size).text(blob.mime);
}

}  // namespace

void write_pairs(Writer& writer, const patchbay_kv* pairs, std::uint64_t count) {
  writer.number(count);
  for (const auto& [key, value] : std::span(pairs, count)) writer.text(key).text(value);
}

std::vector<patchbay_kv> read_pairs(Reader& reader) {
  std::vector<patchbay_kv> pairs(reader.count(2 * text_size));
  for (auto& [key, value] : pairs) {
    key = reader.text();
    value = reader.text();
  }
  return pairs;
}

void write_request(Writer& writer, const patchbay_request& request) {
  writer.number(request.operation).text(request.model).text(request.auth_type);
  writer.number(request.message_count);
  for (const patchbay_message* message : std::span(request.messages, request.message_count))
    write_message(writer, *message);
  writer.number(request.blob_count);
  for (const patchbay_blob* blob : std::span(request.blobs, request.blob_count))
    write_blob(writer, *blob);
  write_pairs(writer, request.params, request.param_count);
  write_pairs(writer, request.settings, request.setting_count);
  writer.number(request.random);
}

void ReadRequest::read_message(Reader& reader) {
  patchbay_message& message = messages_.emplace_back();
  message.struct_size = sizeof(message);
  message.role = reader.number32();
  std::vector<const patchbay_input_part*>& list = part_lists_.emplace_back();
  for (std::size_t left = reader.count(2 * sizeof(std::uint32_t) + text_size); left > 0; --left) {
    patchbay_input_part& part = parts_.emplace_back();
    part.struct_size = sizeof(part);
    part.kind = reader.number32();
    part.blob_index = reader.number32();
    part.text = reader.text();
    list.push_back(&part);
  }
  message.parts = list.data();
  message.part_count = list.size();
  message_list_.push_back(&message);
}

bool ReadRequest::read(Reader& reader) {
  request_.struct_size = sizeof(request_);
  request_.operation = reader.number32();
  request_.model = reader.text();
  request_.auth_type = reader.text();
  for (std::size_t left = reader.count(sizeof(std::uint32_t)); left > 0; --left)
    read_message(reader);
  for (std::size_t left = reader.count(text_size); left > 0; --left) {
    patchbay_blob& blob = blobs_.emplace_back();
    blob.struct_size = sizeof(blob);
    blob.width = reader.number32();
    blob.height = reader.number32();
    blob.size = reader.number64();
    blob.mime = reader.text();
    blob_list_.push_back(&blob);
  }
  params_ = read_pairs(reader);
  settings_ = read_pairs(reader);
  request_.messages = message_list_.data();
  request_.message_count = message_list_.size();
  request_.blobs = blob_list_.data();
  request_.blob_count = blob_list_.size();
  request_.params = params_.data();
  request_.param_count = params_.size();
  request_.settings = settings_.data();
  request_.setting_count = settings_.size();
  request_.random = reader.number64();
  return reader.finished();
}

}  // namespace patchbay::host::wire
