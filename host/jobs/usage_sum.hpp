// What several requests used together.
#pragma once

#include "host/outcome.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace patchbay::host {

// What only some of them state is the sum of those.
inline void add_usage(Usage& sum, const Usage& more) {
  const auto add = [](std::optional<std::uint64_t>& to, const std::optional<std::uint64_t>& value) {
    if (value) to = to.value_or(0) + *value;
  };
  add(sum.input_tokens, more.input_tokens);
  add(sum.output_tokens, more.output_tokens);
  add(sum.total_tokens, more.total_tokens);
  add(sum.images, more.images);
  add(sum.cost_nano_usd, more.cost_nano_usd);
  if (sum.cost_source.empty()) sum.cost_source = more.cost_source;
  // Of several sources each is named.
  const bool is_named = sum.cost_source.find(more.cost_source) != std::string::npos;
  if (!is_named) sum.cost_source += ", " + more.cost_source;
}

}  // namespace patchbay::host
