// Model ids as people write them, as they stand in a URL, and what they tell.
#pragma once

#include <string>
#include <string_view>

namespace gemini {

// Without the "models/" in front, however often it stands there.
[[nodiscard]] std::string_view bare_model(std::string_view model);

// "/models/ID", safe in a URL path; a tuned model keeps its own collection. Throws Failed where
// there is no model.
[[nodiscard]] std::string model_path(std::string_view model);

// The API does not say which models draw; their names do.
[[nodiscard]] bool is_image_model(std::string_view model);

}  // namespace gemini
