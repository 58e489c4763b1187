// Inputs of a caller: image files, and bytes in memory.
#pragma once

#include "core/base/file.hpp"
#include "host/request.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace patchbay::host {

inline constexpr std::uint64_t input_image_size_max = std::uint64_t{20} << 20U;  // bytes, each

// An image file that was whole when it was opened; its mime and pixels come from its bytes. Read
// again while it is sent; a file that was cut off meanwhile ends the exchange.
class FileBlob final : public Blob {
 public:
  // Errors: BadInput "corrupt input image FILE: …", or too large, or not readable.
  [[nodiscard]] static Result<std::shared_ptr<const FileBlob>> open_image(
      const std::filesystem::path& path);
  // Opaque state of exactly `size` bytes: no mime, no pixels. Errors: BadInput.
  [[nodiscard]] static Result<std::shared_ptr<const FileBlob>> open_state(
      const std::filesystem::path& path, std::uint64_t size);

  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset,
                                            std::span<std::uint8_t> out) const override;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const std::string& sha256() const { return sha256_; }  // in hex

 private:
  FileBlob() = default;
  using Receiver = std::function<void(std::span<const std::uint8_t>)>;
  [[nodiscard]] static Result<std::shared_ptr<FileBlob>> open_file(
      const std::filesystem::path& path);
  // Hands out all of it in pieces, and notes its digest.
  [[nodiscard]] Status read_through(const Receiver& receiver);

  std::filesystem::path path_;
  FileDescriptor file_;
  std::uint64_t size_ = 0;
  std::string sha256_;
};

// Bytes that the caller has in memory already.
class MemoryBlob final : public Blob {
 public:
  // For opaque state: no mime, no pixels.
  explicit MemoryBlob(std::string bytes) : bytes_(std::move(bytes)) {}
  // Errors: BadInput where the bytes are no whole image, or too large.
  [[nodiscard]] static Result<std::shared_ptr<const MemoryBlob>> of_image(std::string bytes);

  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset,
                                            std::span<std::uint8_t> out) const override;

 private:
  std::string bytes_;
};

}  // namespace patchbay::host
