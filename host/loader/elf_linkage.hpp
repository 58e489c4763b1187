// What a shared library gives to and takes from the others: read from the file, never run.
#pragma once

#include "core/base/result.hpp"
#include "host/loader/elf_reader.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace patchbay::host {

enum class ElfBinding : std::uint8_t { Global, Weak, Unique };

// One that the dynamic linker sees.
struct ElfSymbol {
  std::string name;
  std::string version;  // that it must have, eg "GLIBC_2.34"; empty: any
  bool is_defined = false;
  ElfBinding binding = ElfBinding::Global;
};

struct ElfLinkage {
  std::vector<ElfSymbol> symbols;
  std::vector<std::string> libraries;  // that it needs, eg "libc.so.6"
  bool binds_now = false;
};

// Errors: as read_manifest_text(), for the same reasons.
[[nodiscard]] Result<ElfLinkage> read_linkage(const ElfInput& input);

}  // namespace patchbay::host
