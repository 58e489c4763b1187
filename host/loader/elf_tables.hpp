// The tables of an ELF file, read with every offset checked: what the readers of this folder share.
#pragma once

#include "core/base/result.hpp"
#include "host/loader/elf_reader.hpp"

#include <cstdint>
#include <elf.h>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace patchbay::host {

// An Error of code Plugin, whose message continues a sentence that begins with the file's name.
[[nodiscard]] Error elf_refused(std::string reason);

// A range of the file; `what` names it in errors.
struct ElfRange {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::string_view what;
};

[[nodiscard]] Status check_range(const ElfInput& input, const ElfRange& range);

// The elements of a table; never more memory than the file has bytes.
template <typename T>
[[nodiscard]] Result<std::vector<T>> read_elf_table(const ElfInput& input, const ElfRange& range) {
  static_assert(std::is_trivially_copyable_v<T>);
  PATCHBAY_TRY(check_range(input, range));
  std::vector<T> elements(static_cast<std::size_t>(range.size) / sizeof(T));
  const std::span<std::uint8_t> bytes(reinterpret_cast<std::uint8_t*>(elements.data()),
                                      elements.size() * sizeof(T));
  if (!input.read_at(range.offset, bytes))
    return elf_refused("cannot be read (" + std::string(range.what) + ")");
  return elements;
}

// A string table: names by offset, never past its end.
class ElfNames {
 public:
  explicit ElfNames(std::vector<char> bytes) : bytes_(std::move(bytes)) {}
  [[nodiscard]] std::string_view at(std::uint64_t offset) const {
    if (offset >= bytes_.size()) return {};
    const std::string_view rest(bytes_.data() + offset, bytes_.size() - offset);
    return rest.substr(0, rest.find('\0'));
  }

 private:
  std::vector<char> bytes_;
};

struct ElfSections {
  std::vector<Elf64_Shdr> headers;
  ElfNames names{{}};
};

// Refuses what is no shared library for this machine.
[[nodiscard]] Result<Elf64_Ehdr> read_elf_header(const ElfInput& input);
[[nodiscard]] Result<ElfSections> read_elf_sections(const ElfInput& input,
                                                    const Elf64_Ehdr& header);
// What the dynamic linker goes by.
[[nodiscard]] Result<std::vector<Elf64_Dyn>> read_elf_dynamic(const ElfInput& input,
                                                              const Elf64_Ehdr& header);

}  // namespace patchbay::host
