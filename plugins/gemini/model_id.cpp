#include "plugins/gemini/model_id.hpp"

#include "plugins/shared/refusal.hpp"
#include "plugins/shared/words.hpp"

namespace gemini {

std::string_view bare_model(std::string_view model) {
  constexpr std::string_view collection = "models/";
  if (model.starts_with('/')) model.remove_prefix(1);
  while (model.starts_with(collection)) model.remove_prefix(collection.size());
  return model;
}

std::string model_path(std::string_view model) {
  constexpr std::string_view tuned = "tunedModels/";
  std::string_view bare = bare_model(model);
  std::string path = "/models/";
  if (bare.starts_with(tuned)) {
    bare.remove_prefix(tuned.size());
    path = "/tunedModels/";
  }
  if (bare.empty()) shared::refuse_request("the request names no model");
  return path + shared::percent_encoded(bare);
}

bool is_image_model(std::string_view model) {
  return model.find("-image") != model.npos || model.find("nano-banana") != model.npos;
}

}  // namespace gemini
