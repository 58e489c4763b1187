// Identifiers for rows: random UUIDs (RFC 9562, version 4) as lower-case text.
#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace patchbay {

// Fails only where the system gives no random bytes.
[[nodiscard]] Result<std::string> new_uuid();
[[nodiscard]] bool is_uuid(std::string_view text);

}  // namespace patchbay
