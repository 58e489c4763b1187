#include "host/check/question.hpp"

#include <patchbay/scalars.hpp>

namespace patchbay::check {

RequestStorage::RequestStorage(const Question& question, Room room)
    : question_(question), room_(room), request_(room, {}) {
  for (const InputMessage& message : question_.messages) add_message(message);
  for (const auto& [key, value] : question_.params) params_.push_back({to_str(key), to_str(value)});
  for (const auto& [key, value] : question_.settings)
    settings_.push_back({to_str(key), to_str(value)});
  request_->operation = question_.operation;
  request_->model = to_str(question_.model);
  request_->auth_type = to_str(question_.auth_type);
  request_->messages = message_list_.data();
  request_->message_count = message_list_.size();
  request_->blobs = blob_list_.data();
  request_->blob_count = blob_list_.size();
  request_->params = params_.data();
  request_->param_count = params_.size();
  request_->settings = settings_.data();
  request_->setting_count = settings_.size();
  request_->random = 42;
}

void RequestStorage::add_message(const InputMessage& message) {
  std::vector<const patchbay_input_part*>& list = part_lists_.emplace_back();
  for (const InputPart& part : message.parts) add_part(part, list);
  patchbay_message raw{};
  raw.role = message.role;
  raw.parts = list.data();
  raw.part_count = list.size();
  message_list_.push_back(messages_.emplace_back(room_, raw).get());
}

void RequestStorage::add_part(const InputPart& part,
                              std::vector<const patchbay_input_part*>& list) {
  patchbay_input_part raw{};
  raw.kind = part.kind;
  if (part.kind == PATCHBAY_PART_IMAGE || part.kind == PATCHBAY_PART_STATE) {
    raw.blob_index = static_cast<std::uint32_t>(blob_bytes_.size());
    blob_bytes_.push_back(part.text);
    patchbay_blob blob{};
    blob.size = part.text.size();
    blob.mime = to_str(part.mime);
    blob_list_.push_back(blobs_.emplace_back(room_, blob).get());
  } else {
    raw.text = to_str(part.text);
  }
  list.push_back(parts_.emplace_back(room_, raw).get());
}

}  // namespace patchbay::check
