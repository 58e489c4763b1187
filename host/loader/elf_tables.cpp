#include "host/loader/elf_tables.hpp"

#include "host/loader/elf_kind.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace patchbay::host {
namespace {

std::string_view kind_of_type(std::uint16_t type) {
  switch (type) {
    case ET_REL: return "an object file";
    case ET_EXEC: return "a program";
    case ET_CORE: return "a core dump";
    default: return "an ELF file of another kind";
  }
}

Status check_magic(const ElfInput& input) {
  if (input.size() == 0) return elf_refused("is empty");
  std::vector<std::uint8_t> head(
      static_cast<std::size_t>(std::min<std::uint64_t>(input.size(), 512)));
  if (!input.read_at(0, head)) return elf_refused("cannot be read");
  const std::size_t magic_size = std::min<std::size_t>(head.size(), SELFMAG);
  if (std::memcmp(head.data(), ELFMAG, magic_size) != 0)
    return elf_refused("is not a shared library (" + kind_of_bytes(head) + ")");
  if (head.size() < sizeof(Elf64_Ehdr))
    return elf_refused("is cut off (it has " + std::to_string(head.size()) +
                       " bytes, fewer than an ELF header)");
  return {};
}

}  // namespace

Error elf_refused(std::string reason) {
  return Error{ErrorCode::Plugin, std::move(reason), {}, {}};
}

Status check_range(const ElfInput& input, const ElfRange& range) {
  const std::string what(range.what);
  if (range.size > elf_table_size_max) return elf_refused("is damaged (" + what + " is too large)");
  if (range.offset > std::numeric_limits<std::uint64_t>::max() - range.size)
    return elf_refused("is damaged (" + what + " lies outside any file)");
  if (range.offset + range.size > input.size())
    return elf_refused("is cut off (it has " + std::to_string(input.size()) + " bytes, " + what +
                       " ends at " + std::to_string(range.offset + range.size) + ")");
  return {};
}

Result<Elf64_Ehdr> read_elf_header(const ElfInput& input) {
  PATCHBAY_TRY(check_magic(input));
  const std::vector<Elf64_Ehdr> headers =
      PATCHBAY_TRY(read_elf_table<Elf64_Ehdr>(input, {0, sizeof(Elf64_Ehdr), "the ELF header"}));
  const Elf64_Ehdr& header = headers.front();
  if (header.e_ident[EI_DATA] != ELFDATA2LSB)
    return elf_refused("is for another machine (big-endian)");
  if (header.e_ident[EI_CLASS] != ELFCLASS64) {
    // e_machine stands at the same place in both classes.
    return elf_refused("is for another machine (" + elf_machine_name(header.e_machine) +
                       ", not 64-bit)");
  }
  if (header.e_machine != elf_machine_here)
    return elf_refused("is for another machine (" + elf_machine_name(header.e_machine) + ")");
  const std::uint8_t system = header.e_ident[EI_OSABI];
  if (system != ELFOSABI_SYSV && system != ELFOSABI_GNU)
    return elf_refused("is for another system (ELF system " + std::to_string(system) + ")");
  if (header.e_type != ET_DYN)
    return elf_refused("is not a shared library (" + std::string(kind_of_type(header.e_type)) +
                       ")");
  return header;
}

Result<ElfSections> read_elf_sections(const ElfInput& input, const Elf64_Ehdr& header) {
  if (header.e_shoff == 0 || header.e_shnum == 0)
    return elf_refused("has no manifest (its section table was removed)");
  if (header.e_shentsize != sizeof(Elf64_Shdr))
    return elf_refused("is damaged (section headers of an unknown size)");
  if (header.e_shnum > elf_sections_max)
    return elf_refused("has more than " + std::to_string(elf_sections_max) + " sections");
  ElfSections sections;
  const std::uint64_t size = std::uint64_t{header.e_shnum} * sizeof(Elf64_Shdr);
  sections.headers =
      PATCHBAY_TRY(read_elf_table<Elf64_Shdr>(input, {header.e_shoff, size, "its section table"}));
  if (header.e_shstrndx >= sections.headers.size())
    return elf_refused("is damaged (it does not say where its section names are)");
  const Elf64_Shdr& names = sections.headers[header.e_shstrndx];
  sections.names = ElfNames(PATCHBAY_TRY(
      read_elf_table<char>(input, {names.sh_offset, names.sh_size, "its table of section names"})));
  return sections;
}

Result<std::vector<Elf64_Dyn>> read_elf_dynamic(const ElfInput& input, const Elf64_Ehdr& header) {
  if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum == 0)
    return elf_refused("is not a shared library (it has nothing to load)");
  if (header.e_phnum > elf_segments_max)
    return elf_refused("has more than " + std::to_string(elf_segments_max) + " segments");
  const std::uint64_t size = std::uint64_t{header.e_phnum} * sizeof(Elf64_Phdr);
  const std::vector<Elf64_Phdr> segments = PATCHBAY_TRY(
      read_elf_table<Elf64_Phdr>(input, {header.e_phoff, size, "its table of segments"}));
  const Elf64_Phdr* dynamic = nullptr;
  for (const Elf64_Phdr& segment : segments) {
    if (segment.p_type == PT_LOAD && segment.p_filesz != 0 &&
        (segment.p_offset > input.size() || segment.p_filesz > input.size() - segment.p_offset))
      return elf_refused("is cut off (a part of its code or data is missing)");
    if (segment.p_type == PT_DYNAMIC) dynamic = &segment;
  }
  if (dynamic == nullptr) return elf_refused("is not a shared library (a static program)");
  return read_elf_table<Elf64_Dyn>(input,
                                   {dynamic->p_offset, dynamic->p_filesz, "its dynamic table"});
}

}  // namespace patchbay::host
