#include "plugins/shared/model_page.hpp"

#include <patchbay/scalars.hpp>

namespace shared {

void ModelPage::select(patchbay::JsonReader& reader) {
  error_.select(reader, "");
  reader.seen("data", has_models_).seen("[]", has_models_);
  reader.text("links.next", next_, 2048);
  select_model(reader, "data[]");
  select_model(reader, "[]");  // some servers leave the wrapping object away
}

void ModelPage::select_model(patchbay::JsonReader& reader, const std::string& model) {
  reader.text(model + ".id", id_, 256).text(model + ".name", name_);
  reader.text(model + ".display_name", name_).text(model + ".description", description_);
  for (const char* outputs : {".architecture.output_modalities", ".output_modalities"}) {
    reader.seen(model + outputs, states_output_);
    reader.each(model + outputs + "[]", [this](std::string_view kind) {
      gives_images_ = gives_images_ || kind == "image";
      gives_text_ = gives_text_ || kind == "text";
    });
  }
  reader.flag(model + ".supports_image_generation", states_images_);
  reader.leave(model, [this] { emit(); });
}

std::uint32_t ModelPage::flags() const {
  std::uint32_t flags = 0;
  const bool draws = states_output_ ? gives_images_ : states_images_ || draws_(id_);
  if (draws) flags |= PATCHBAY_MODEL_IMAGES;
  if (states_output_ ? gives_text_ : true) flags |= PATCHBAY_MODEL_CHAT;
  return flags;
}

void ModelPage::emit() {
  patchbay_model model{};
  model.flags = flags();
  model.id = patchbay::to_str(id_);
  model.display_name = patchbay::to_str(name_);
  model.description = patchbay::to_str(description_);
  if (!id_.empty()) io_->model(model);
  id_.clear();
  name_.clear();
  description_.clear();
  states_output_ = false;
  gives_images_ = false;
  gives_text_ = false;
  states_images_ = false;
}

}  // namespace shared
