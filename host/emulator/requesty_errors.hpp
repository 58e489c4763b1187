// The error bodies of Requesty: who says it and what, without a code or a type.
#pragma once

#include "core/json/value.hpp"
#include "host/emulator/chat_request.hpp"
#include "host/emulator/fault.hpp"
#include "host/emulator/reply.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patchbay::emulator {

struct RequestyError {
  enum class Origin : std::uint8_t { Router, Provider };
  enum class About : std::uint8_t { Key, Other };

  unsigned http_status = 400;
  Origin origin = Origin::Router;
  std::string message;
  About about = About::Other;
};

// What "error" holds.
[[nodiscard]] json::Value error_value(const RequestyError& error);
[[nodiscard]] Reply error_reply(const RequestyError& error);

[[nodiscard]] RequestyError requesty_error(unsigned http_status, std::string message);
[[nodiscard]] RequestyError requesty_error(const ChatProblem& problem);
[[nodiscard]] RequestyError requesty_upstream_error(unsigned http_status, std::string message);
[[nodiscard]] RequestyError requesty_missing_key();
[[nodiscard]] RequestyError requesty_bad_key();
[[nodiscard]] RequestyError requesty_unknown_model();
[[nodiscard]] RequestyError requesty_broken_stream();

// What the faults put in place of an answer.
[[nodiscard]] std::optional<RequestyError> requesty_error_of(const FaultSet& faults);

}  // namespace patchbay::emulator
