#include "host/embedding/image_memory.hpp"

#include <utility>

namespace patchbay::embedding {
namespace {

class MemorySpool final : public host::ImageSpool {
 public:
  explicit MemorySpool(MemoryBudget& budget) : budget_(budget) {}
  MemorySpool(const MemorySpool&) = delete;
  MemorySpool& operator=(const MemorySpool&) = delete;
  ~MemorySpool() override { budget_.size -= bytes_.size(); }

  [[nodiscard]] Status write(std::span<const std::uint8_t> bytes) override {
    if (bytes.size() > budget_.size_max - budget_.size) {
      return Error{
          ErrorCode::Output,
          "the images take more than " + std::to_string(budget_.size_max) + " bytes of memory",
          "allow more by memory_max, or have them written to files"};
    }
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    budget_.size += bytes.size();
    return {};
  }

  [[nodiscard]] std::vector<std::uint8_t> take() {
    budget_.size -= bytes_.size();
    return std::exchange(bytes_, {});
  }

 private:
  MemoryBudget& budget_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace

Result<std::unique_ptr<host::ImageSpool>> MemoryImageSink::new_spool() {
  return std::unique_ptr<host::ImageSpool>(std::make_unique<MemorySpool>(budget_));
}

std::vector<ImageInMemory> MemoryImageSink::take() {
  std::vector<ImageInMemory> images;
  for (FinishedImage& image : finished()) {
    images.push_back(
        {std::move(image.description), dynamic_cast<MemorySpool&>(*image.spool).take()});
  }
  finished().clear();
  return images;
}

}  // namespace patchbay::embedding
