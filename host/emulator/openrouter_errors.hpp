// The error bodies of OpenRouter, word for word where the words are known.
#pragma once

#include "core/json/value.hpp"
#include "host/emulator/chat_request.hpp"
#include "host/emulator/fault.hpp"
#include "host/emulator/reply.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::emulator {

struct OpenRouterError {
  enum class About : std::uint8_t { Key, Other };
  enum class Code : std::uint8_t { Number, Missing };

  unsigned http_status = 400;
  std::string message;
  json::Value metadata{};      // null: none
  json::Value availability{};  // null: none
  std::vector<net::Header> headers{};
  About about = About::Other;
  Code code = Code::Number;
};

// What "error" holds; the faults may take its code away, or make it a word.
[[nodiscard]] json::Value error_value(const OpenRouterError& error, const FaultSet& faults);
[[nodiscard]] Reply error_reply(const OpenRouterError& error, const FaultSet& faults);

[[nodiscard]] OpenRouterError openrouter_error(unsigned http_status, std::string message);
[[nodiscard]] OpenRouterError openrouter_error(const ChatProblem& problem);
[[nodiscard]] OpenRouterError openrouter_missing_key();
[[nodiscard]] OpenRouterError openrouter_unknown_model(std::string_view model);
// The provider behind the router failed.
[[nodiscard]] OpenRouterError openrouter_upstream_error(unsigned http_status);
[[nodiscard]] OpenRouterError openrouter_typed_error(unsigned http_status,
                                                     std::string message,
                                                     std::string_view error_type);

// What the faults put in place of an answer about this model; `now_ms` is since 1970.
[[nodiscard]] std::optional<OpenRouterError> openrouter_error_of(const FaultSet& faults,
                                                                 std::string_view model,
                                                                 std::int64_t now_ms);

}  // namespace patchbay::emulator
