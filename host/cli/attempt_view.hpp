// How a recorded attempt is shown.
#pragma once

#include "core/json/value.hpp"
#include "host/recorder/recorder.hpp"

#include <string>
#include <vector>

namespace patchbay::cli {

[[nodiscard]] json::Value document_of(const host::Attempt& attempt);
// All that is known of it, for people: one line each.
[[nodiscard]] std::vector<std::string> words_about(const host::Attempt& attempt);
[[nodiscard]] std::vector<std::string> attempt_table_header();
[[nodiscard]] std::vector<std::string> row_of(const host::Attempt& attempt);

}  // namespace patchbay::cli
