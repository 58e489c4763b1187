// Image files: under exactly the name that was asked for, or several under chosen names.
#pragma once

#include "host/engine/image_sink.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace patchbay::host {

struct ImageFileOptions {
  // Exactly here, whatever the format. With "%d" in its name every image is kept, under numbers.
  std::filesystem::path file;
  // The images that are expected get the numbers from `first_number` on; any more than those the
  // free ones from `spare_number` on.
  std::size_t first_number = 1;
  std::size_t expected_count = 1;
  std::size_t spare_number = 2;
  // Where `file` is empty: every image is kept here as STEM-1.png, STEM-2.jpg, …, with its format's
  // suffix and the first numbers that are free.
  std::filesystem::path directory;
  std::string stem = "image";
  // A chosen name is free only where the name with this after it is, too; empty: none.
  std::string companion_suffix = {};
  IfExists if_exists = IfExists::Fail;  // never replaces a file under a chosen name
  // What `file` is to hold, whatever arrives; empty: the upstream's own bytes.
  std::optional<media::ImageFormat> convert_to = {};
  // Told of each image, its path included, just before it appears there, and again where that name
  // turns out to be taken and it appears under another; `index` counts from 0. May be empty; an
  // error keeps the image from appearing.
  std::function<Status(const SavedImage&, std::size_t index)> announce = {};
};

// FILE with the number in place of its "%d".
[[nodiscard]] std::filesystem::path numbered(const std::filesystem::path& pattern,
                                             std::size_t number);
[[nodiscard]] bool is_numbered(const std::filesystem::path& file);

// Nothing appears under any name before commit(); dropping the sink leaves nothing behind. One
// attempt each: another attempt takes another sink.
class ImageFileSink final : public ImageSink {
 public:
  // Fails before anything is sent: Output where the directory is missing or not writable,
  // AlreadyExists where the file is there and may not be replaced.
  [[nodiscard]] static Result<std::unique_ptr<ImageFileSink>> create(ImageFileOptions options);

  // After the attempt succeeded; once. The files are there then, also after a power failure. Where
  // only one name was given, the last image is the result. Errors: Output; AlreadyExists where
  // somebody took the name meanwhile, and BadInput where an image cannot be converted: it is kept
  // beside the name then, and so are those after it.
  [[nodiscard]] Result<std::vector<SavedImage>> commit();
  // The images that are there, also where commit() failed at a later one.
  [[nodiscard]] const std::vector<SavedImage>& placed() const { return placed_; }

 private:
  explicit ImageFileSink(ImageFileOptions options, KeepImages keep)
      : ImageSink(keep), options_(std::move(options)) {}
  [[nodiscard]] Result<std::unique_ptr<ImageSpool>> new_spool() override;
  [[nodiscard]] bool is_exact() const;
  [[nodiscard]] std::filesystem::path spool_directory() const;
  [[nodiscard]] Status check_numbers() const;
  [[nodiscard]] Result<AtomicFile> file_for(const SavedImage& image, std::size_t index);
  [[nodiscard]] Result<AtomicFile> spare_file();
  [[nodiscard]] Result<AtomicFile> file_at_or_beside(const std::filesystem::path& name) const;
  [[nodiscard]] Result<AtomicFile> chosen_file(const SavedImage& image);
  [[nodiscard]] Status place(FinishedImage& image, AtomicFile file);
  [[nodiscard]] Status place_as_it_came(FinishedImage& image, AtomicFile file);
  [[nodiscard]] Status place_converted(FinishedImage& image, AtomicFile file);
  [[nodiscard]] Error keep_as_it_came(FinishedImage& image,
                                      const std::filesystem::path& wanted,
                                      Error why);
  [[nodiscard]] Status commit_next(FinishedImage& image);
  [[nodiscard]] Status commit_announced(SavedImage& description, AtomicFile& file);
  [[nodiscard]] Status commit_beside(SavedImage& description, AtomicFile& file, Error taken);
  [[nodiscard]] Status announced(const SavedImage& description) const;

  ImageFileOptions options_;
  std::optional<AtomicFile> prepared_;  // made by create(), for the first image
  std::size_t last_number_ = 0;         // of the chosen names
  std::vector<SavedImage> placed_;
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
