#include "host/loader/elf_reader.hpp"

#include "host/loader/elf_tables.hpp"
#include "host/loader/manifest.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <elf.h>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace patchbay::host {
namespace {

constexpr std::string_view manifest_section = "patchbay.manifest";
constexpr std::string_view entry_stem = "patchbay_plugin_v";
constexpr std::string_view entry_name = "patchbay_plugin_v1";

// ---- what the dynamic linker would do with it

// The folders and absolute names of further libraries are places that nobody judges.
Status check_dynamic(const std::vector<Elf64_Dyn>& entries, const ElfNames& names) {
  for (const Elf64_Dyn& entry : entries) {
    if (entry.d_tag == DT_NULL) break;
    if (entry.d_tag == DT_FLAGS_1 && (entry.d_un.d_val & DF_1_PIE) != 0)
      return elf_refused("is not a shared library (a program)");
    if (entry.d_tag == DT_RPATH || entry.d_tag == DT_RUNPATH)
      return elf_refused("names folders to load libraries from (RUNPATH): link it without -rpath");
    const bool by_path =
        entry.d_tag == DT_NEEDED && names.at(entry.d_un.d_val).find('/') != std::string_view::npos;
    if (by_path) return elf_refused("needs a library by its path: link it with -l instead");
  }
  return {};
}

struct Exports {
  bool has_entry = false;
  std::string other_entry;  // "patchbay_plugin_v2"
  ElfNames names{{}};
};

bool is_exported_function(const Elf64_Sym& symbol) {
  const unsigned binding = ELF64_ST_BIND(symbol.st_info);
  const unsigned visibility = ELF64_ST_VISIBILITY(symbol.st_other);
  return (binding == STB_GLOBAL || binding == STB_WEAK) &&
         ELF64_ST_TYPE(symbol.st_info) == STT_FUNC && symbol.st_shndx != SHN_UNDEF &&
         (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

Result<Exports> read_exports(const ElfInput& input, const ElfSections& sections) {
  Exports exports;
  const auto table =
      std::find_if(sections.headers.begin(), sections.headers.end(), [](const Elf64_Shdr& section) {
        return section.sh_type == SHT_DYNSYM;
      });
  if (table == sections.headers.end()) return exports;
  if (table->sh_link >= sections.headers.size())
    return elf_refused("is damaged (its symbols have no names)");
  const Elf64_Shdr& names = sections.headers[table->sh_link];
  exports.names = ElfNames(PATCHBAY_TRY(
      read_elf_table<char>(input, {names.sh_offset, names.sh_size, "its table of symbol names"})));
  const std::vector<Elf64_Sym> symbols = PATCHBAY_TRY(
      read_elf_table<Elf64_Sym>(input, {table->sh_offset, table->sh_size, "its table of symbols"}));
  for (const Elf64_Sym& symbol : symbols) {
    if (!is_exported_function(symbol)) continue;
    const std::string_view name = exports.names.at(symbol.st_name);
    if (name == entry_name) exports.has_entry = true;
    if (name != entry_name && name.starts_with(entry_stem)) exports.other_entry = name;
  }
  return exports;
}

Status check_entry(const Exports& exports) {
  if (exports.has_entry) return {};
  std::string reason = "exports no " + std::string(entry_name);
  const std::string_view digits = std::string_view(exports.other_entry)
                                      .substr(exports.other_entry.empty() ? 0 : entry_stem.size());
  unsigned major = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), major);
  const bool is_number =
      !digits.empty() && parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size();
  if (is_number)
    reason += " (exports " + exports.other_entry + ": built for " +
              (major > 1 ? "a newer" : "an older") + " major version of the ABI)";
  return elf_refused(std::move(reason));
}

// ---- the manifest

Result<std::string> read_manifest_section(const ElfInput& input, const ElfSections& sections) {
  const Elf64_Shdr* found = nullptr;
  for (const Elf64_Shdr& section : sections.headers) {
    if (sections.names.at(section.sh_name) != manifest_section) continue;
    if (found != nullptr) return elf_refused("has more than one manifest");
    found = &section;
  }
  if (found == nullptr || found->sh_type != SHT_PROGBITS || found->sh_size == 0)
    return elf_refused("has no manifest");
  if ((found->sh_flags & SHF_COMPRESSED) != 0) return elf_refused("has a compressed manifest");
  if (found->sh_size > manifest_size_max)
    return elf_refused("has a manifest larger than " + std::to_string(manifest_size_max >> 10U) +
                       " KiB");
  const std::vector<char> bytes =
      PATCHBAY_TRY(read_elf_table<char>(input, {found->sh_offset, found->sh_size, "its manifest"}));
  // A C string ends with NUL, and sanitizers pad the variable with more of them.
  const std::string_view text(bytes.data(), bytes.size());
  const std::size_t last = text.find_last_not_of('\0');
  if (last == std::string_view::npos) return elf_refused("has no manifest");
  const std::string_view document = text.substr(0, last + 1);
  if (document.find('\0') != std::string_view::npos)
    return elf_refused("has more than one manifest");
  return std::string(document);
}

}  // namespace

bool FileElfInput::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (offset > size_ || out.size() > size_ - offset) return false;
  while (!out.empty()) {
    const ssize_t count = pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    out = out.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return true;
}

bool MemoryElfInput::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (offset > bytes_.size() || out.size() > bytes_.size() - offset) return false;
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
  return true;
}

Result<std::string> read_manifest_text(const ElfInput& input) {
  const Elf64_Ehdr header = PATCHBAY_TRY(read_elf_header(input));
  const std::vector<Elf64_Dyn> dynamic = PATCHBAY_TRY(read_elf_dynamic(input, header));
  const ElfSections sections = PATCHBAY_TRY(read_elf_sections(input, header));
  const Exports exports = PATCHBAY_TRY(read_exports(input, sections));
  PATCHBAY_TRY(check_dynamic(dynamic, exports.names));
  PATCHBAY_TRY(check_entry(exports));
  return read_manifest_section(input, sections);
}

}  // namespace patchbay::host
