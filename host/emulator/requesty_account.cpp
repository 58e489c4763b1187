#include "host/emulator/requesty_account.hpp"

#include "core/base/clock.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace patchbay::emulator {
namespace {

std::string decimal(double number) {
  std::array<char, 40> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.6f", number);
  std::string digits(text.data(), static_cast<std::size_t>(size));
  digits.erase(digits.find_last_not_of('0') + 1);
  return digits.ends_with('.') ? digits.substr(0, digits.size() - 1) : digits;
}

}  // namespace

json::Value describe_requesty_key(std::string_view name,
                                  const RequestyUse& use,
                                  ManageRight right) {
  json::Value permissions;
  permissions.set("manage", right == ManageRight::Write ? "write" : "none");
  permissions.set("completions", "write");
  json::Value group;
  group.set("id", "group-1");
  json::Value value;
  value.set("id", name);
  value.set("name", name);
  value.set("logging", true);
  value.set("monthly_limit", "0");
  value.set("monthly_spend", decimal(use.spent_usd));
  value.set("permissions", std::move(permissions));
  value.set("group", std::move(group));
  return value;
}

json::Value list_requesty_keys(const RequestyUses& uses) {
  json::Value keys{json::Array{}};
  for (const auto& [name, use] : uses)
    keys.append(describe_requesty_key(name, use, ManageRight::None));
  json::Value document;
  document.set("keys", std::move(keys));
  return document;
}

json::Value describe_requesty_use(const RequestyUse& use, std::int64_t now_ms) {
  constexpr std::size_t date_size = 10;  // "2026-08-07"
  json::Value today;
  today.set("total_requests", use.requests);
  today.set("spend", decimal(use.spent_usd));
  json::Value days;
  days.set(sql_timestamp(now_ms).substr(0, date_size) + "T00:00:00Z", std::move(today));
  json::Value document;
  document.set("usage", std::move(days));
  return document;
}

}  // namespace patchbay::emulator
