#include "host/loader/elf_kind.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace patchbay::host {
namespace {

struct Machine {
  std::uint16_t number;
  std::string_view name;
};

constexpr std::array<Machine, 12> machines = {{{2, "sparc"},
                                               {3, "32-bit x86"},
                                               {8, "mips"},
                                               {20, "32-bit powerpc"},
                                               {21, "powerpc64"},
                                               {22, "s390"},
                                               {40, "32-bit arm"},
                                               {43, "sparc64"},
                                               {62, "x86-64"},
                                               {183, "aarch64"},
                                               {243, "riscv"},
                                               {258, "loongarch"}}};

struct Magic {
  std::string_view bytes;
  std::string_view kind;
};

constexpr std::array<Magic, 9> magics = {{{"#!", "a script"},
                                          {"!<arch>\n", "a static library"},
                                          {"PK\x03\x04", "a zip archive"},
                                          {"\x1F\x8B", "a gzip archive"},
                                          {"\xFD"
                                           "7zXZ",
                                           "an xz archive"},
                                          {"MZ", "a Windows program"},
                                          {"\xCF\xFA\xED\xFE", "a macOS library"},
                                          {"\xCA\xFE\xBA\xBE", "a macOS library"},
                                          {"version https://git-lfs", "a git-lfs pointer"}}};

bool is_text(std::uint8_t byte) {
  const bool white = byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
  return white || (byte >= 0x20 && byte != 0x7F);
}

}  // namespace

std::string elf_machine_name(std::uint16_t machine) {
  const auto found = std::find_if(machines.begin(), machines.end(), [&](const Machine& known) {
    return known.number == machine;
  });
  return found == machines.end() ? "machine " + std::to_string(machine) : std::string(found->name);
}

std::string kind_of_bytes(std::span<const std::uint8_t> head) {
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  for (const Magic& magic : magics)
    if (text.starts_with(magic.bytes)) return std::string(magic.kind);
  return std::all_of(head.begin(), head.end(), is_text) ? "plain text" : "not an ELF file";
}

}  // namespace patchbay::host
