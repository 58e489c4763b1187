// A file without a name: it is gone when its descriptor is.
#pragma once

#include "core/base/file.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

namespace patchbay::host {

class SpoolFile {
 public:
  // Errors: Output where the directory is missing, not writable or full.
  [[nodiscard]] static Result<SpoolFile> create(const std::filesystem::path& directory);

  [[nodiscard]] Status write(std::span<const std::uint8_t> bytes);
  // Takes the room that so many bytes need. Errors: Output where there is not as much.
  [[nodiscard]] Status reserve(std::uint64_t size);
  // Fills the front of `out` with the bytes from `offset` on; the count, 0 at the end.
  [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset,
                                            std::span<std::uint8_t> out) const;
  using Receiver = std::function<Status(std::span<const std::uint8_t> bytes)>;
  // Hands out everything written so far, in pieces.
  [[nodiscard]] Status copy_to(const Receiver& receiver) const;

 private:
  SpoolFile(FileDescriptor file, std::filesystem::path directory)
      : file_(std::move(file)), directory_(std::move(directory)) {}

  FileDescriptor file_;
  std::filesystem::path directory_;  // for errors
};

}  // namespace patchbay::host
