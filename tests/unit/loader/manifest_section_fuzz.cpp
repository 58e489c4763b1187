// Any bytes at all, taken for a plugin's file: an answer or a reason, never more.
#include "host/loader/elf_reader.hpp"
#include "host/loader/manifest.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace patchbay;
  const host::MemoryElfInput input(std::span(data, size));
  const Result<std::string> text = host::read_manifest_text(input);
  if (!text.ok()) {
    if (text.error().code != ErrorCode::Plugin || text.error().message.empty()) std::abort();
    return 0;
  }
  const Result<host::Manifest> manifest = host::parse_manifest(text.value());
  const bool sound = manifest.ok() ? !manifest.value().adapters.empty()
                                   : manifest.error().code == ErrorCode::Plugin;
  if (!sound) std::abort();
  return 0;
}
