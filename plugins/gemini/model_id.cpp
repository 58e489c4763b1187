#include "plugins/gemini/model_id.hpp"

#include "plugins/gemini/refusal.hpp"

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
  if (bare.empty()) refuse_request("the request names no model");
  return path + percent_encoded(bare);
}

bool is_image_model(std::string_view model) {
  return model.find("-image") != model.npos || model.find("nano-banana") != model.npos;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool plain =
        letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    const auto byte = static_cast<unsigned char>(c);
    plain ? void(out.push_back(c)) : void(out.append({'%', hex[byte >> 4U], hex[byte & 15U]}));
  }
  return out;
}

}  // namespace gemini
