// Sinks for images: each one is spooled as it arrives, looked at, and kept only if it is whole.
#pragma once

#include "core/base/file.hpp"
#include "core/crypto/hash.hpp"
#include "core/media/image.hpp"
#include "host/engine/sink.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::host {

// An image that is where it was asked for.
struct SavedImage {
  std::filesystem::path path;  // empty: it went to a descriptor
  media::ImageFormat format = media::ImageFormat::Png;
  std::uint32_t width = 0;   // pixels
  std::uint32_t height = 0;  // pixels
  std::uint64_t size = 0;    // bytes
  std::string sha256;        // of the file, in hex
  // What the upstream sent, where that was another format; else the bytes are the upstream's own.
  std::optional<media::ImageFormat> converted_from;
};

// Where the bytes of one image wait. Dropping it leaves nothing behind.
class ImageSpool {
 public:
  virtual ~ImageSpool() = default;
  [[nodiscard]] virtual Status write(std::span<const std::uint8_t> bytes) = 0;
};

enum class KeepImages : std::uint8_t { Last, All };

// What all image sinks share. The text beside the images is kept too, up to a bound, since it often
// says why there is no image. Other parts are passed over.
class ImageSink : public Sink {
 public:
  static constexpr std::size_t text_kept_max = std::size_t{64} << 10U;  // bytes
  static constexpr std::size_t images_max = 64;                         // finished ones kept

  [[nodiscard]] Status begin(const PartStart& part) final;
  [[nodiscard]] Status write(std::uint32_t index, std::span<const std::uint8_t> bytes) final;
  // Errors: Protocol, where a final image is no image or is cut off.
  [[nodiscard]] Status end(const PartEnd& part) final;
  [[nodiscard]] Status model(const ListedModel& model) final;

  // The provider's final words, cut at text_kept_max.
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::size_t image_count() const { return finished_.size(); }

 protected:
  struct FinishedImage {
    std::unique_ptr<ImageSpool> spool;
    SavedImage description;  // all but the path
  };

  explicit ImageSink(KeepImages keep) : keep_(keep) {}
  [[nodiscard]] virtual Result<std::unique_ptr<ImageSpool>> new_spool() = 0;
  // In the order in which they ended.
  [[nodiscard]] std::vector<FinishedImage>& finished() { return finished_; }

 private:
  struct ArrivingImage {
    std::unique_ptr<ImageSpool> spool;
    media::ImageScanner scanner;
    crypto::Sha256 digest;
    std::uint64_t size = 0;
  };

  [[nodiscard]] Status finish_image(ArrivingImage image);
  void finish_text(std::string text);

  KeepImages keep_;
  std::map<std::uint32_t, ArrivingImage> images_;  // by part
  std::map<std::uint32_t, std::string> texts_;     // by part
  std::string text_;
  std::vector<FinishedImage> finished_;
};

}  // namespace patchbay::host
