// The form that the routers give to an answer of chat completions, whole or as a stream.
#pragma once

#include "core/json/value.hpp"
#include "host/emulator/chat_content.hpp"
#include "host/emulator/reply.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace patchbay::emulator {

enum class ChatDialect : std::uint8_t {
  OpenRouter,  // white space and comments to keep the line alive, the upstream's own words beside
  Requesty,    // as OpenAI has it
};

struct ChatFrame {
  ChatDialect dialect = ChatDialect::OpenRouter;
  std::string id;
  std::string_view model;
  std::string_view upstream;
  std::int64_t created = 0;  // seconds since 1970
  json::Value usage;
  bool shows_usage = true;  // in a stream
  json::Value error;        // what takes the place of the answer where a fault breaks it off
};

// Billed where something was made and all of it is sent.
[[nodiscard]] Reply chat_reply(const ChatContent& content,
                               const ChatFrame& frame,
                               bool streams,
                               const FaultSet& faults);

}  // namespace patchbay::emulator
