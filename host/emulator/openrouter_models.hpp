// The models that the emulated OpenRouter has, and how it lists them.
#pragma once

#include "core/net/http_server.hpp"
#include "host/emulator/reply.hpp"
#include "host/emulator/routed_model.hpp"

#include <optional>
#include <string_view>

namespace patchbay::emulator {

// By id, without a suffix such as ":nitro".
[[nodiscard]] const RoutedModel* find_openrouter_model(std::string_view id);
// GET /models, with its filter of output modalities and its paging.
[[nodiscard]] Reply list_openrouter_models(const net::ServerRequest& request);
[[nodiscard]] json::Value describe_openrouter_model(const RoutedModel& model);
// GET /images/models, and /images/models/{id}/endpoints.
[[nodiscard]] json::Value list_image_models();
[[nodiscard]] json::Value describe_image_endpoints(const RoutedModel& model);

}  // namespace patchbay::emulator
