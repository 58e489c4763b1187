// Images that stay in memory.
#pragma once

#include "host/engine/image_sink.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace patchbay::embedding {

// What all images of a sink have taken so far; those of a failed attempt too, until it is dropped.
struct MemoryBudget {
  std::uint64_t size_max = 0;  // bytes
  std::uint64_t size = 0;
};

struct ImageInMemory {
  host::SavedImage description;
  std::vector<std::uint8_t> bytes;
};

class MemoryImageSink final : public host::ImageSink {
 public:
  explicit MemoryImageSink(std::uint64_t size_max)
      : ImageSink(host::KeepImages::All), budget_{size_max} {}
  // After the attempt succeeded; once.
  [[nodiscard]] std::vector<ImageInMemory> take();

 private:
  [[nodiscard]] Result<std::unique_ptr<host::ImageSpool>> new_spool() override;

  MemoryBudget budget_;
};

}  // namespace patchbay::embedding
