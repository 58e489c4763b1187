// OpenRouter's own image API: POST /images.
#pragma once

#include "host/emulator/fault.hpp"
#include "host/emulator/openrouter_account.hpp"
#include "host/emulator/picture_store.hpp"
#include "host/emulator/provider.hpp"
#include "host/emulator/reply.hpp"

#include <cstdint>
#include <string>

namespace patchbay::emulator {

// What one call to generate has at hand.
struct OpenRouterCall {
  const net::ServerRequest& request;
  const FaultSet& faults;
  PictureChoice choice;
  PictureStore& pictures;
  GenerationLog& log;
  std::string id;
  std::int64_t now_ms = 0;
};

[[nodiscard]] Reply openrouter_images(const OpenRouterCall& call);

}  // namespace patchbay::emulator
