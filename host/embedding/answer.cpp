#include "host/embedding/answer.hpp"

#include "core/media/image.hpp"

#include <utility>

namespace patchbay::embedding {
namespace {

void note(const std::optional<std::uint64_t>& told,
          std::uint32_t bit,
          std::uint64_t& target,
          std::uint32_t& known) {
  if (!told) return;
  target = *told;
  known |= bit;
}

patchbay_run_model model_of(const host::ListedModel& listed) {
  patchbay_run_model model{};
  model.struct_size = sizeof model;
  model.draws = listed.draws ? 1 : 0;
  model.chats = listed.chats ? 1 : 0;
  model.id = listed.id.c_str();
  model.display_name = listed.display_name.c_str();
  model.description = listed.description.c_str();
  return model;
}

template <typename Item>
std::vector<const Item*> pointers_to(const std::vector<Item>& items) {
  std::vector<const Item*> pointers;
  pointers.reserve(items.size());
  for (const Item& item : items) pointers.push_back(&item);
  return pointers;
}

}  // namespace

patchbay_run_usage usage_of(const host::Usage& usage) {
  patchbay_run_usage result{};
  result.struct_size = sizeof result;
  note(usage.input_tokens, PATCHBAY_KNOWN_INPUT_TOKENS, result.input_tokens, result.known);
  note(usage.output_tokens, PATCHBAY_KNOWN_OUTPUT_TOKENS, result.output_tokens, result.known);
  note(usage.total_tokens, PATCHBAY_KNOWN_TOTAL_TOKENS, result.total_tokens, result.known);
  note(usage.images, PATCHBAY_KNOWN_IMAGES, result.images, result.known);
  note(usage.cost_nano_usd, PATCHBAY_KNOWN_COST, result.cost_nano_usd, result.known);
  return result;
}

patchbay_run_image image_of(const host::SavedImage& image, std::size_t index) {
  patchbay_run_image result{};
  result.struct_size = sizeof result;
  result.width = image.width;
  result.height = image.height;
  result.index = index;
  result.size = image.size;
  result.mime = media::mime_of(image.format).data();  // a literal
  result.sha256 = image.sha256.c_str();
  result.file = image.path.c_str();
  return result;
}

Answer::Answer(AnswerParts parts)
    : parts_(std::move(parts)), usage_(usage_of(parts_.report.outcome.usage)) {
  fill_lists();
  const host::RunReport& report = parts_.report;
  answer_.struct_size = sizeof answer_;
  answer_.attempt_count = report.attempt_count;
  answer_.duration_ms = static_cast<std::uint64_t>(report.outcome.latency.count());
  answer_.provider = report.candidate.provider.name.c_str();
  answer_.model = report.candidate.model.c_str();
  answer_.request_id = report.request_id.c_str();
  answer_.attempt_id = report.attempt_id.c_str();
  answer_.text = parts_.text.c_str();
  answer_.usage = &usage_;
}

void Answer::fill_lists() {
  for (const ImageInMemory& image : parts_.images) {
    images_.push_back(image_of(image.description, images_.size()));
    if (!image.bytes.empty()) images_.back().bytes = image.bytes.data();
  }
  for (const host::ListedModel& model : parts_.models) models_.push_back(model_of(model));
  for (const std::string& state : parts_.states) states_.push_back({state.data(), state.size()});
  for (const auto& [name, value] : parts_.report.outcome.meta)
    meta_.push_back({name.c_str(), value.c_str()});
  image_list_ = pointers_to(images_);
  model_list_ = pointers_to(models_);
  answer_.images = image_list_.data();
  answer_.image_count = image_list_.size();
  answer_.models = model_list_.data();
  answer_.model_count = model_list_.size();
  answer_.states = states_.data();
  answer_.state_count = states_.size();
  answer_.meta = meta_.data();
  answer_.meta_count = meta_.size();
}

}  // namespace patchbay::embedding
