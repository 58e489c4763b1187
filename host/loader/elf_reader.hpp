// Finds the manifest of a plugin in its file: a reader of ELF that runs nothing and trusts nothing.
// Every offset is checked against the file before it is used, every table has a limit, and only the
// tables that matter are read.
#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace patchbay::host {

// The bytes of a file that nobody vouches for.
class ElfInput {
 public:
  virtual ~ElfInput() = default;
  ElfInput(const ElfInput&) = delete;
  ElfInput& operator=(const ElfInput&) = delete;

  [[nodiscard]] virtual std::uint64_t size() const = 0;
  // Fills `out` with the bytes from `offset` on; false where not all of them could be had.
  [[nodiscard]] virtual bool read_at(std::uint64_t offset, std::span<std::uint8_t> out) const = 0;

 protected:
  ElfInput() = default;
};

class FileElfInput final : public ElfInput {
 public:
  // The descriptor stays the caller's.
  FileElfInput(int fd, std::uint64_t size) : fd_(fd), size_(size) {}
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] bool read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override;

 private:
  int fd_;
  std::uint64_t size_;
};

class MemoryElfInput final : public ElfInput {
 public:
  explicit MemoryElfInput(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  [[nodiscard]] bool read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override;

 private:
  std::span<const std::uint8_t> bytes_;
};

inline constexpr std::uint32_t elf_sections_max = 4096;
inline constexpr std::uint32_t elf_segments_max = 256;
inline constexpr std::uint64_t elf_table_size_max = std::uint64_t{16}
                                                    << 20U;  // bytes, of one table

// The JSON of the section "patchbay.manifest", of a shared library for this machine that exports
// patchbay_plugin_v1; stripped files too. Errors: Plugin. The message continues a sentence that
// begins with the file's name: "is cut off (…)", "is for another machine (aarch64)".
[[nodiscard]] Result<std::string> read_manifest_text(const ElfInput& input);

}  // namespace patchbay::host
