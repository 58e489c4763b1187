// Requesty's POST /chat/completions, /images/generations and /images/edits.
#pragma once

#include "host/emulator/fault.hpp"
#include "host/emulator/picture_store.hpp"
#include "host/emulator/provider.hpp"
#include "host/emulator/reply.hpp"
#include "host/emulator/served_files.hpp"

#include <cstdint>
#include <string>

namespace patchbay::emulator {

// What one call to generate has at hand.
struct RequestyCall {
  const net::ServerRequest& request;
  const FaultSet& faults;
  PictureChoice choice;
  PictureStore& pictures;
  ServedFiles& files;
  std::string files_url;  // where they are served, with '/' at its end
  std::string id;
  std::int64_t now_ms = 0;
};

[[nodiscard]] Reply requesty_chat(const RequestyCall& call);
[[nodiscard]] Reply requesty_images(const RequestyCall& call);
[[nodiscard]] Reply requesty_edits(const RequestyCall& call);

}  // namespace patchbay::emulator
