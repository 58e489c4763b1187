#include "host/engine/abi_request.hpp"

#include "host/engine/abi_text.hpp"

#include <algorithm>
#include <string>

namespace patchbay::host {
namespace {

bool names_model(Operation operation) {
  return operation == Operation::Image || operation == Operation::Chat;
}

}  // namespace

Result<std::unique_ptr<AbiRequest>> AbiRequest::create(const Request& request,
                                                       const Candidate& candidate,
                                                       std::uint64_t random) {
  std::unique_ptr<AbiRequest> built(new AbiRequest());
  built->add_blobs(request);
  PATCHBAY_TRY(built->add_messages(request));
  built->add_pairs(request, candidate);
  patchbay_request& out = built->request_;
  out.struct_size = sizeof(out);
  out.operation = static_cast<std::uint32_t>(request.operation);
  if (names_model(request.operation)) out.model = abi_str(candidate.model);
  if (candidate.adapter.manifest().needs_credential)
    out.auth_type = abi_str(candidate.provider.auth_type);
  out.messages = built->message_list_.data();
  out.message_count = built->message_list_.size();
  out.blobs = built->blob_list_.data();
  out.blob_count = built->blob_list_.size();
  out.params = built->params_.data();
  out.param_count = built->params_.size();
  out.settings = built->settings_.data();
  out.setting_count = built->settings_.size();
  out.random = random;
  return built;
}

Status AbiRequest::add_messages(const Request& request) {
  for (const Message& message : request.messages) {
    std::vector<const patchbay_input_part*>& list = part_lists_.emplace_back();
    for (const MessagePart& part : message.parts) {
      if (part.kind != PartKind::Text && part.blob_index >= request.blobs.size())
        return Error{ErrorCode::BadInput, "a message names an input that was not given", {}, {}};
      patchbay_input_part& out = parts_.emplace_back();
      out.struct_size = sizeof(out);
      out.kind = static_cast<std::uint32_t>(part.kind);
      out.blob_index = static_cast<std::uint32_t>(part.blob_index);
      out.text = abi_str(part.text);
      list.push_back(&out);
    }
    patchbay_message& out = messages_.emplace_back();
    out.struct_size = sizeof(out);
    out.role = static_cast<std::uint32_t>(message.role);
    out.parts = list.data();
    out.part_count = list.size();
    message_list_.push_back(&out);
  }
  return {};
}

void AbiRequest::add_blobs(const Request& request) {
  for (const auto& blob : request.blobs) {
    patchbay_blob& out = blobs_.emplace_back();
    out.struct_size = sizeof(out);
    out.width = blob->width;
    out.height = blob->height;
    out.size = blob->size();
    out.mime = abi_str(blob->mime);
    blob_list_.push_back(&out);
  }
}

void AbiRequest::add_pairs(const Request& request, const Candidate& candidate) {
  for (const auto& [key, value] : request.params)
    params_.push_back(patchbay_kv{abi_str(key), abi_str(value)});
  const auto& names = candidate.adapter.manifest().setting_names;
  for (const auto& [key, value] : candidate.provider.settings) {
    if (std::find(names.begin(), names.end(), key) == names.end()) continue;
    settings_.push_back(patchbay_kv{abi_str(key), abi_str(value)});
  }
}

}  // namespace patchbay::host
