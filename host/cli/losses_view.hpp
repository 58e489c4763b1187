// How calls look that gave nothing and were paid for, or may have been.
#pragma once

#include "core/json/value.hpp"
#include "host/jobs/losses.hpp"

#include <string>

namespace patchbay::cli {

[[nodiscard]] json::Value document_of(const host::Losses& losses);

// "2 calls were billed and gave nothing"; empty where there are none.
[[nodiscard]] std::string words_about(const host::Losses& losses);

}  // namespace patchbay::cli
