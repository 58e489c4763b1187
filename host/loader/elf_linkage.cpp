#include "host/loader/elf_linkage.hpp"

#include "host/loader/elf_tables.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <string_view>

namespace patchbay::host {
namespace {

using VersionNames = std::map<std::uint16_t, std::string>;  // by the number that symbols use
constexpr std::uint16_t hidden_version = 0x8000U;           // a flag beside that number
constexpr std::size_t versions_max = 10'000;                // of all libraries

const Elf64_Shdr* section_of_type(const ElfSections& sections, std::uint32_t type) {
  const auto found = std::find_if(
      sections.headers.begin(), sections.headers.end(), [type](const Elf64_Shdr& section) {
        return section.sh_type == type;
      });
  return found == sections.headers.end() ? nullptr : &*found;
}

Result<ElfNames> names_of(const ElfInput& input,
                          const ElfSections& sections,
                          const Elf64_Shdr& section) {
  if (section.sh_link >= sections.headers.size())
    return elf_refused("is damaged (its symbols have no names)");
  const Elf64_Shdr& names = sections.headers[section.sh_link];
  return ElfNames(PATCHBAY_TRY(
      read_elf_table<char>(input, {names.sh_offset, names.sh_size, "its table of symbol names"})));
}

// A record within bytes whose length nobody vouches for.
template <typename Record>
bool read_record(const std::vector<char>& bytes, std::size_t offset, Record& out) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof out) return false;
  std::memcpy(&out, bytes.data() + offset, sizeof out);
  return true;
}

// The versions of one library; false where the records lead nowhere.
bool read_versions_of(const std::vector<char>& bytes,
                      std::size_t offset,
                      const Elf64_Verneed& library,
                      const ElfNames& names,
                      VersionNames& out) {
  std::size_t at = offset + library.vn_aux;
  for (unsigned i = 0; i < library.vn_cnt; ++i) {
    Elf64_Vernaux version{};
    if (!read_record(bytes, at, version)) return false;
    out[version.vna_other] = names.at(version.vna_name);
    if (version.vna_next == 0) break;
    at += version.vna_next;
  }
  return true;
}

Result<VersionNames> read_versions(const ElfInput& input, const ElfSections& sections) {
  VersionNames out;
  const Elf64_Shdr* const section = section_of_type(sections, SHT_GNU_verneed);
  if (section == nullptr) return out;
  const ElfNames names = PATCHBAY_TRY(names_of(input, sections, *section));
  const std::vector<char> bytes = PATCHBAY_TRY(read_elf_table<char>(
      input, {section->sh_offset, section->sh_size, "its table of needed versions"}));
  std::size_t at = 0;
  for (std::uint32_t i = 0; i < section->sh_info; ++i) {
    if (out.size() > versions_max || i > versions_max)
      return elf_refused("is damaged (its table of needed versions has no end)");
    Elf64_Verneed library{};
    if (!read_record(bytes, at, library) || !read_versions_of(bytes, at, library, names, out))
      return elf_refused("is damaged (its table of needed versions)");
    if (library.vn_next == 0) break;
    at += library.vn_next;
  }
  return out;
}

ElfBinding binding_of(const Elf64_Sym& symbol) {
  switch (ELF64_ST_BIND(symbol.st_info)) {
    case STB_WEAK: return ElfBinding::Weak;
    case STB_GNU_UNIQUE: return ElfBinding::Unique;
    default: return ElfBinding::Global;
  }
}

Result<std::vector<ElfSymbol>> read_symbols(const ElfInput& input, const ElfSections& sections) {
  std::vector<ElfSymbol> out;
  const Elf64_Shdr* const table = section_of_type(sections, SHT_DYNSYM);
  if (table == nullptr) return out;
  const ElfNames names = PATCHBAY_TRY(names_of(input, sections, *table));
  const std::vector<Elf64_Sym> symbols = PATCHBAY_TRY(
      read_elf_table<Elf64_Sym>(input, {table->sh_offset, table->sh_size, "its table of symbols"}));
  const VersionNames versions = PATCHBAY_TRY(read_versions(input, sections));
  std::vector<std::uint16_t> numbers;
  if (const Elf64_Shdr* const section = section_of_type(sections, SHT_GNU_versym))
    numbers = PATCHBAY_TRY(read_elf_table<std::uint16_t>(
        input, {section->sh_offset, section->sh_size, "its table of symbol versions"}));
  for (std::size_t i = 1; i < symbols.size(); ++i) {
    if (ELF64_ST_BIND(symbols[i].st_info) == STB_LOCAL) continue;
    ElfSymbol& symbol = out.emplace_back();
    symbol.name = names.at(symbols[i].st_name);
    symbol.is_defined = symbols[i].st_shndx != SHN_UNDEF;
    symbol.binding = binding_of(symbols[i]);
    const std::uint16_t number =
        i < numbers.size() ? static_cast<std::uint16_t>(numbers[i] & ~hidden_version) : 0;
    if (const auto version = versions.find(number); version != versions.end())
      symbol.version = version->second;
  }
  return out;
}

bool binds_now(const Elf64_Dyn& entry) {
  return entry.d_tag == DT_BIND_NOW ||
         (entry.d_tag == DT_FLAGS && (entry.d_un.d_val & DF_BIND_NOW) != 0) ||
         (entry.d_tag == DT_FLAGS_1 && (entry.d_un.d_val & DF_1_NOW) != 0);
}

}  // namespace

Result<ElfLinkage> read_linkage(const ElfInput& input) {
  const Elf64_Ehdr header = PATCHBAY_TRY(read_elf_header(input));
  const std::vector<Elf64_Dyn> dynamic = PATCHBAY_TRY(read_elf_dynamic(input, header));
  const ElfSections sections = PATCHBAY_TRY(read_elf_sections(input, header));
  ElfLinkage out;
  out.symbols = PATCHBAY_TRY(read_symbols(input, sections));
  const Elf64_Shdr* const table = section_of_type(sections, SHT_DYNAMIC);
  ElfNames names{{}};
  if (table != nullptr) names = PATCHBAY_TRY(names_of(input, sections, *table));
  for (const Elf64_Dyn& entry : dynamic) {
    if (entry.d_tag == DT_NULL) break;
    if (entry.d_tag == DT_NEEDED) out.libraries.emplace_back(names.at(entry.d_un.d_val));
    out.binds_now = out.binds_now || binds_now(entry);
  }
  return out;
}

}  // namespace patchbay::host
