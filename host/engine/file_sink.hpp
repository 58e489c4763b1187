// Image files: under exactly the name that was asked for, or several under chosen names.
#pragma once

#include "host/engine/image_sink.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace patchbay::host {

struct ImageFileOptions {
  // Exactly here, whatever the format. With "%d" in its name every image is kept, counted from 1.
  std::filesystem::path file;
  // Where `file` is empty: every image is kept here as STEM-1.png, STEM-2.jpg, …, with its format's
  // suffix and the first numbers that are free.
  std::filesystem::path directory;
  std::string stem = "image";
  IfExists if_exists = IfExists::Fail;  // never replaces a file under a chosen name
};

// Nothing appears under any name before commit(); dropping the sink leaves nothing behind. One
// attempt each: another attempt takes another sink.
class ImageFileSink final : public ImageSink {
 public:
  // Fails before anything is sent: Output where the directory is missing or not writable,
  // AlreadyExists where the file is there and may not be replaced.
  [[nodiscard]] static Result<std::unique_ptr<ImageFileSink>> create(ImageFileOptions options);

  // After the attempt succeeded; once. The files are there then, also after a power failure. Where
  // only one name was given, the last image is the result. Errors: Output, AlreadyExists.
  [[nodiscard]] Result<std::vector<SavedImage>> commit();

 private:
  explicit ImageFileSink(ImageFileOptions options, KeepImages keep)
      : ImageSink(keep), options_(std::move(options)) {}
  [[nodiscard]] Result<std::unique_ptr<ImageSpool>> new_spool() override;
  [[nodiscard]] bool is_exact() const;
  [[nodiscard]] std::filesystem::path spool_directory() const;
  [[nodiscard]] Result<AtomicFile> file_for(const SavedImage& image, std::size_t number);

  ImageFileOptions options_;
  std::optional<AtomicFile> prepared_;  // made by create(), for the first image
  std::size_t last_number_ = 0;         // of the chosen names
};

// One image to a descriptor, eg standard output: spooled to a file without a name first, so that
// what comes out is whole.
class ImageDescriptorSink final : public ImageSink {
 public:
  // `spool_directory` empty: $TMPDIR or /tmp. The descriptor stays the caller's.
  [[nodiscard]] static Result<std::unique_ptr<ImageDescriptorSink>> create(
      int descriptor, std::filesystem::path spool_directory = {});
  // After the attempt succeeded; once. Writes the last image. Errors: Output.
  [[nodiscard]] Result<SavedImage> commit();

 private:
  ImageDescriptorSink(int descriptor, std::filesystem::path spool_directory)
      : ImageSink(KeepImages::Last),
        descriptor_(descriptor),
        spool_directory_(std::move(spool_directory)) {}
  [[nodiscard]] Result<std::unique_ptr<ImageSpool>> new_spool() override;

  int descriptor_;
  std::filesystem::path spool_directory_;
};

}  // namespace patchbay::host
