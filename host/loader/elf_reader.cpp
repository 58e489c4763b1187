#include "host/loader/elf_reader.hpp"

#include "host/loader/elf_kind.hpp"
#include "host/loader/manifest.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <elf.h>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>
#include <unistd.h>
#include <utility>
#include <vector>

namespace patchbay::host {
namespace {

constexpr std::string_view manifest_section = "patchbay.manifest";
constexpr std::string_view entry_stem = "patchbay_plugin_v";
constexpr std::string_view entry_name = "patchbay_plugin_v1";

Error refused(std::string reason) {
  return Error{ErrorCode::Plugin, std::move(reason), {}, {}};
}

// A range of the file; `what` names it in errors.
struct Range {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::string_view what;
};

Status check_range(const ElfInput& input, const Range& range) {
  const std::string what(range.what);
  if (range.size > elf_table_size_max) return refused("is damaged (" + what + " is too large)");
  if (range.offset > std::numeric_limits<std::uint64_t>::max() - range.size)
    return refused("is damaged (" + what + " lies outside any file)");
  if (range.offset + range.size > input.size())
    return refused("is cut off (it has " + std::to_string(input.size()) + " bytes, " + what +
                   " ends at " + std::to_string(range.offset + range.size) + ")");
  return {};
}

// The elements of a table; never more memory than the file has bytes.
template <typename T>
Result<std::vector<T>> read_table(const ElfInput& input, const Range& range) {
  static_assert(std::is_trivially_copyable_v<T>);
  PATCHBAY_TRY(check_range(input, range));
  std::vector<T> elements(static_cast<std::size_t>(range.size) / sizeof(T));
  const std::span<std::uint8_t> bytes(reinterpret_cast<std::uint8_t*>(elements.data()),
                                      elements.size() * sizeof(T));
  if (!input.read_at(range.offset, bytes))
    return refused("cannot be read (" + std::string(range.what) + ")");
  return elements;
}

// A string table: names by offset, never past its end.
class Names {
 public:
  explicit Names(std::vector<char> bytes) : bytes_(std::move(bytes)) {}
  [[nodiscard]] std::string_view at(std::uint64_t offset) const {
    if (offset >= bytes_.size()) return {};
    const std::string_view rest(bytes_.data() + offset, bytes_.size() - offset);
    return rest.substr(0, rest.find('\0'));
  }

 private:
  std::vector<char> bytes_;
};

std::string_view kind_of_type(std::uint16_t type) {
  switch (type) {
    case ET_REL: return "an object file";
    case ET_EXEC: return "a program";
    case ET_CORE: return "a core dump";
    default: return "an ELF file of another kind";
  }
}

Status check_magic(const ElfInput& input) {
  if (input.size() == 0) return refused("is empty");
  std::vector<std::uint8_t> head(
      static_cast<std::size_t>(std::min<std::uint64_t>(input.size(), 512)));
  if (!input.read_at(0, head)) return refused("cannot be read");
  const std::size_t magic_size = std::min<std::size_t>(head.size(), SELFMAG);
  if (std::memcmp(head.data(), ELFMAG, magic_size) != 0)
    return refused("is not a shared library (" + kind_of_bytes(head) + ")");
  if (head.size() < sizeof(Elf64_Ehdr))
    return refused("is cut off (it has " + std::to_string(head.size()) +
                   " bytes, fewer than an ELF header)");
  return {};
}

Result<Elf64_Ehdr> read_header(const ElfInput& input) {
  PATCHBAY_TRY(check_magic(input));
  const std::vector<Elf64_Ehdr> headers =
      PATCHBAY_TRY(read_table<Elf64_Ehdr>(input, {0, sizeof(Elf64_Ehdr), "the ELF header"}));
  const Elf64_Ehdr& header = headers.front();
  if (header.e_ident[EI_DATA] != ELFDATA2LSB) return refused("is for another machine (big-endian)");
  if (header.e_ident[EI_CLASS] != ELFCLASS64) {
    // e_machine stands at the same place in both classes.
    return refused("is for another machine (" + elf_machine_name(header.e_machine) +
                   ", not 64-bit)");
  }
  if (header.e_machine != elf_machine_here)
    return refused("is for another machine (" + elf_machine_name(header.e_machine) + ")");
  const std::uint8_t system = header.e_ident[EI_OSABI];
  if (system != ELFOSABI_SYSV && system != ELFOSABI_GNU)
    return refused("is for another system (ELF system " + std::to_string(system) + ")");
  if (header.e_type != ET_DYN)
    return refused("is not a shared library (" + std::string(kind_of_type(header.e_type)) + ")");
  return header;
}

struct Sections {
  std::vector<Elf64_Shdr> headers;
  Names names{{}};
};

Result<Sections> read_sections(const ElfInput& input, const Elf64_Ehdr& header) {
  if (header.e_shoff == 0 || header.e_shnum == 0)
    return refused("has no manifest (its section table was removed)");
  if (header.e_shentsize != sizeof(Elf64_Shdr))
    return refused("is damaged (section headers of an unknown size)");
  if (header.e_shnum > elf_sections_max)
    return refused("has more than " + std::to_string(elf_sections_max) + " sections");
  Sections sections;
  const std::uint64_t size = std::uint64_t{header.e_shnum} * sizeof(Elf64_Shdr);
  sections.headers =
      PATCHBAY_TRY(read_table<Elf64_Shdr>(input, {header.e_shoff, size, "its section table"}));
  if (header.e_shstrndx >= sections.headers.size())
    return refused("is damaged (it does not say where its section names are)");
  const Elf64_Shdr& names = sections.headers[header.e_shstrndx];
  sections.names = Names(PATCHBAY_TRY(
      read_table<char>(input, {names.sh_offset, names.sh_size, "its table of section names"})));
  return sections;
}

// ---- what the dynamic linker would do with it

Result<std::vector<Elf64_Dyn>> read_dynamic(const ElfInput& input, const Elf64_Ehdr& header) {
  if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum == 0)
    return refused("is not a shared library (it has nothing to load)");
  if (header.e_phnum > elf_segments_max)
    return refused("has more than " + std::to_string(elf_segments_max) + " segments");
  const std::uint64_t size = std::uint64_t{header.e_phnum} * sizeof(Elf64_Phdr);
  const std::vector<Elf64_Phdr> segments =
      PATCHBAY_TRY(read_table<Elf64_Phdr>(input, {header.e_phoff, size, "its table of segments"}));
  const Elf64_Phdr* dynamic = nullptr;
  for (const Elf64_Phdr& segment : segments) {
    if (segment.p_type == PT_LOAD && segment.p_filesz != 0 &&
        (segment.p_offset > input.size() || segment.p_filesz > input.size() - segment.p_offset))
      return refused("is cut off (a part of its code or data is missing)");
    if (segment.p_type == PT_DYNAMIC) dynamic = &segment;
  }
  if (dynamic == nullptr) return refused("is not a shared library (a static program)");
  return read_table<Elf64_Dyn>(input, {dynamic->p_offset, dynamic->p_filesz, "its dynamic table"});
}

// The folders and absolute names of further libraries are places that nobody judges.
Status check_dynamic(const std::vector<Elf64_Dyn>& entries, const Names& names) {
  for (const Elf64_Dyn& entry : entries) {
    if (entry.d_tag == DT_NULL) break;
    if (entry.d_tag == DT_FLAGS_1 && (entry.d_un.d_val & DF_1_PIE) != 0)
      return refused("is not a shared library (a program)");
    if (entry.d_tag == DT_RPATH || entry.d_tag == DT_RUNPATH)
      return refused("names folders to load libraries from (RUNPATH): link it without -rpath");
    const bool by_path =
        entry.d_tag == DT_NEEDED && names.at(entry.d_un.d_val).find('/') != std::string_view::npos;
    if (by_path) return refused("needs a library by its path: link it with -l instead");
  }
  return {};
}

struct Exports {
  bool has_entry = false;
  std::string other_entry;  // "patchbay_plugin_v2"
  Names names{{}};
};

bool is_exported_function(const Elf64_Sym& symbol) {
  const unsigned binding = ELF64_ST_BIND(symbol.st_info);
  const unsigned visibility = ELF64_ST_VISIBILITY(symbol.st_other);
  return (binding == STB_GLOBAL || binding == STB_WEAK) &&
         ELF64_ST_TYPE(symbol.st_info) == STT_FUNC && symbol.st_shndx != SHN_UNDEF &&
         (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

Result<Exports> read_exports(const ElfInput& input, const Sections& sections) {
  Exports exports;
  const auto table =
      std::find_if(sections.headers.begin(), sections.headers.end(), [](const Elf64_Shdr& section) {
        return section.sh_type == SHT_DYNSYM;
      });
  if (table == sections.headers.end()) return exports;
  if (table->sh_link >= sections.headers.size())
    return refused("is damaged (its symbols have no names)");
  const Elf64_Shdr& names = sections.headers[table->sh_link];
  exports.names = Names(PATCHBAY_TRY(
      read_table<char>(input, {names.sh_offset, names.sh_size, "its table of symbol names"})));
  const std::vector<Elf64_Sym> symbols = PATCHBAY_TRY(
      read_table<Elf64_Sym>(input, {table->sh_offset, table->sh_size, "its table of symbols"}));
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
  return refused(std::move(reason));
}

// ---- the manifest

Result<std::string> read_manifest_section(const ElfInput& input, const Sections& sections) {
  const Elf64_Shdr* found = nullptr;
  for (const Elf64_Shdr& section : sections.headers) {
    if (sections.names.at(section.sh_name) != manifest_section) continue;
    if (found != nullptr) return refused("has more than one manifest");
    found = &section;
  }
  if (found == nullptr || found->sh_type != SHT_PROGBITS || found->sh_size == 0)
    return refused("has no manifest");
  if ((found->sh_flags & SHF_COMPRESSED) != 0) return refused("has a compressed manifest");
  if (found->sh_size > manifest_size_max)
    return refused("has a manifest larger than " + std::to_string(manifest_size_max >> 10U) +
                   " KiB");
  const std::vector<char> bytes =
      PATCHBAY_TRY(read_table<char>(input, {found->sh_offset, found->sh_size, "its manifest"}));
  // A C string ends with NUL, and sanitizers pad the variable with more of them.
  const std::string_view text(bytes.data(), bytes.size());
  const std::size_t last = text.find_last_not_of('\0');
  if (last == std::string_view::npos) return refused("has no manifest");
  const std::string_view document = text.substr(0, last + 1);
  if (document.find('\0') != std::string_view::npos) return refused("has more than one manifest");
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
  const Elf64_Ehdr header = PATCHBAY_TRY(read_header(input));
  const std::vector<Elf64_Dyn> dynamic = PATCHBAY_TRY(read_dynamic(input, header));
  const Sections sections = PATCHBAY_TRY(read_sections(input, header));
  const Exports exports = PATCHBAY_TRY(read_exports(input, sections));
  PATCHBAY_TRY(check_dynamic(dynamic, exports.names));
  PATCHBAY_TRY(check_entry(exports));
  return read_manifest_section(input, sections);
}

}  // namespace patchbay::host
