// What Requesty's management tells about a key. Decimal numbers are strings there.
#pragma once

#include "core/json/value.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace patchbay::emulator {

// Of one key, by its name.
struct RequestyUse {
  std::uint64_t requests = 0;
  double spent_usd = 0;
};
using RequestyUses = std::map<std::string, RequestyUse>;

enum class ManageRight : std::uint8_t { None, Write };

// The answers of GET /apikey/self, GET /apikey, and GET /apikey/self/usage.
[[nodiscard]] json::Value describe_requesty_key(std::string_view name,
                                                const RequestyUse& use,
                                                ManageRight right);
[[nodiscard]] json::Value list_requesty_keys(const RequestyUses& uses);
[[nodiscard]] json::Value describe_requesty_use(const RequestyUse& use, std::int64_t now_ms);

}  // namespace patchbay::emulator
