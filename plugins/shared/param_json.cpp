#include "plugins/shared/param_json.hpp"

#include "plugins/shared/refusal.hpp"
#include <patchbay/json.hpp>
#include <patchbay/retry_after.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

namespace shared {

void write_integer(patchbay::JsonBody& json,
                   const patchbay::Request& request,
                   std::string_view param,
                   std::string_view key) {
  const std::string_view text = request.param(param);
  if (text.empty()) return;
  std::uint64_t value = 0;
  if (!patchbay::read_decimal(text, value) || value > std::numeric_limits<std::int32_t>::max())
    refuse_request(std::string(param) + " must be a whole number from 0 to 2147483647");
  json.key(key).number(value);
}

void write_decimal(patchbay::JsonBody& json,
                   const patchbay::Request& request,
                   std::string_view param,
                   std::string_view key) {
  const std::string_view text = request.param(param);
  if (text.empty()) return;
  patchbay::JsonNumberGrammar grammar;
  const bool number =
      std::all_of(text.begin(), text.end(), [&](char c) { return grammar.accept(c); });
  if (!number || !grammar.whole() || text.front() == '-')
    refuse_request(std::string(param) + " must be a number from 0 on, for instance 0.7");
  json.key(key).literal(text);
}

}  // namespace shared
