// What a file is, in a few words for a person, when it is no shared library for this machine.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace patchbay::host {

// e_machine of the machine this host was built for.
#if defined(__x86_64__)
inline constexpr std::uint16_t elf_machine_here = 62;
#elif defined(__aarch64__)
inline constexpr std::uint16_t elf_machine_here = 183;
#else
#error "the loader knows x86-64 and arm64"
#endif

// "x86-64", "aarch64", "machine 4711"
[[nodiscard]] std::string elf_machine_name(std::uint16_t machine);
// "plain text", "a script", "a zip archive", … from the first bytes of a file that is not ELF.
[[nodiscard]] std::string kind_of_bytes(std::span<const std::uint8_t> head);

}  // namespace patchbay::host
