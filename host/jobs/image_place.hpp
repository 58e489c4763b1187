// Where the images of one job go, and what else is put beside them.
#pragma once

#include "core/base/file.hpp"
#include "core/media/image.hpp"
#include "host/engine/file_sink.hpp"
#include "host/engine/sink.hpp"
#include "host/runner.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace patchbay::host {

enum class Sidecar : std::uint8_t { No, Yes };

struct ImagePlace {
  std::filesystem::path file;       // exactly here; with "%d", several
  std::filesystem::path directory;  // where `file` is empty: under chosen names
  std::string stem = "image";       // of the chosen names
  int descriptor = -1;              // in place of both, where it is 0 or more: one image to it
  IfExists if_exists = IfExists::Fail;
  std::optional<media::ImageFormat> convert_to;  // of `file`
  Sidecar sidecar = Sidecar::No;                 // FILE.json beside each image
  mode_t mode = 0600;                            // of images and sidecars
};

inline constexpr std::string_view sidecar_suffix = ".json";
[[nodiscard]] std::filesystem::path sidecar_of(const std::filesystem::path& image);

// The format that a name promises; empty where it promises none.
[[nodiscard]] std::optional<media::ImageFormat> format_named_by(const std::filesystem::path& file);

// Which of the job's images one request makes.
struct ImageRange {
  std::size_t first = 1;
  std::size_t count = 1;
  std::size_t spare = 2;  // the number of the first image beyond the whole job
};

// Fails before anything is sent where nothing could be written. Errors: Output, AlreadyExists.
[[nodiscard]] Status check_place(const ImagePlace& place, const ImageRange& range);

// Whether an image of so many bytes would find room there now. Errors: Output.
[[nodiscard]] Status check_room(const ImagePlace& place, std::uint64_t size);

// The output of one request; each attempt writes into a sink of its own. Stays where it is until
// the request is over.
class RequestOutput {
 public:
  using Announce = std::function<Status(const SavedImage&, std::size_t index)>;
  RequestOutput(const ImagePlace& place, const ImageRange& range, Announce announce);
  RequestOutput(const RequestOutput&) = delete;
  RequestOutput& operator=(const RequestOutput&) = delete;
  ~RequestOutput() = default;

  [[nodiscard]] Result<Sink*> open_sink();
  // After success: the images are in place when this returned.
  [[nodiscard]] Status commit();
  // What commit() put in place, also where it failed in the end.
  [[nodiscard]] const std::vector<SavedImage>& images() const { return images_; }
  // The provider's words beside the images.
  [[nodiscard]] std::string text() const;

 private:
  const ImagePlace& place_;
  ImageFileOptions options_;  // not for a descriptor
  std::unique_ptr<ImageFileSink> file_sink_;
  std::unique_ptr<ImageDescriptorSink> descriptor_sink_;
  std::vector<SavedImage> images_;
};

}  // namespace patchbay::host
