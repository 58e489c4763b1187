#include "host/worker/wire_input.hpp"

#include "host/worker/wire_request.hpp"

namespace patchbay::host::wire {
namespace {

template <typename Payload>
const Payload& payload_of(const patchbay_input& input) {
  return *static_cast<const Payload*>(input.payload);
}

}  // namespace

std::string_view data_of(const patchbay_input& input) {
  if (input.kind != PATCHBAY_IN_HTTP_DATA) return {};
  const auto& bytes = payload_of<patchbay_bytes>(input);
  return {reinterpret_cast<const char*>(bytes.ptr), static_cast<std::size_t>(bytes.len)};
}

void write_input(Writer& writer, const patchbay_input& input) {
  writer.number(input.kind).number(input.id).number(input.now_unix_ms);
  switch (input.kind) {
    case PATCHBAY_IN_HTTP_HEAD: {
      const auto& head = payload_of<patchbay_http_head>(input);
      writer.number(head.status);
      write_pairs(writer, head.headers, head.header_count);
      break;
    }
    case PATCHBAY_IN_HTTP_DATA: writer.text(payload_of<patchbay_bytes>(input)); break;
    case PATCHBAY_IN_HTTP_FAIL: {
      const auto& failure = payload_of<patchbay_http_fail>(input);
      writer.number(failure.kind).number(failure.sent).text(failure.message);
      break;
    }
    default: break;
  }
}

bool ReadInput::read(Reader& reader) {
  input_.struct_size = sizeof(input_);
  input_.kind = reader.number32();
  input_.id = reader.number64();
  input_.now_unix_ms = reader.number64();
  switch (input_.kind) {
    case PATCHBAY_IN_HTTP_HEAD:
      head_.struct_size = sizeof(head_);
      head_.status = reader.number32();
      headers_ = read_pairs(reader);
      head_.headers = headers_.data();
      head_.header_count = headers_.size();
      input_.payload = &head_;
      break;
    case PATCHBAY_IN_HTTP_DATA:
      data_ = reader.bytes();
      input_.payload = &data_;
      break;
    case PATCHBAY_IN_HTTP_FAIL:
      failure_.struct_size = sizeof(failure_);
      failure_.kind = reader.number32();
      failure_.sent = reader.number32();
      failure_.message = reader.text();
      input_.payload = &failure_;
      break;
    default: break;
  }
  return reader.finished();
}

}  // namespace patchbay::host::wire
