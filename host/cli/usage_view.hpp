// How usage over a span is shown.
#pragma once

#include "core/json/value.hpp"
#include "host/cli/key_view.hpp"
#include "host/cli/table.hpp"
#include "host/recorder/usage_report.hpp"

#include <vector>

namespace patchbay::cli {

// Keys are named by their fingerprints and labels.
[[nodiscard]] json::Value document_of(const host::UsageReport& report,
                                      host::UsageBy by,
                                      const std::vector<ShownKey>& keys);
[[nodiscard]] Table table_of(const host::UsageReport& report,
                             host::UsageBy by,
                             const std::vector<ShownKey>& keys);

}  // namespace patchbay::cli
