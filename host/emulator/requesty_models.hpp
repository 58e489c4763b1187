// The models that the emulated Requesty has, and how it lists them.
#pragma once

#include "core/json/value.hpp"
#include "host/emulator/routed_model.hpp"

#include <string_view>

namespace patchbay::emulator {

// By id, with or without a region ("@europe-central2"), or as "policy/NAME": its first choice.
[[nodiscard]] const RoutedModel* find_requesty_model(std::string_view id);
// The answer of GET /models. Prices are numbers, in USD per token.
[[nodiscard]] json::Value list_requesty_models();

}  // namespace patchbay::emulator
