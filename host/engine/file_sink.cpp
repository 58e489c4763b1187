#include "host/engine/file_sink.hpp"

#include "core/media/convert.hpp"
#include "host/engine/spool_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace patchbay::host {
namespace {

constexpr mode_t image_mode = 0644;  // less the umask
constexpr std::size_t number_max = 1'000'000;
constexpr std::string_view number_mark = "%d";

// Written straight to where it will be.
class AtomicSpool final : public ImageSpool {
 public:
  explicit AtomicSpool(AtomicFile file) : file_(std::move(file)) {}
  [[nodiscard]] Status write(std::span<const std::uint8_t> bytes) override {
    return file_.write(bytes);
  }
  [[nodiscard]] AtomicFile& file() { return file_; }

 private:
  AtomicFile file_;
};

// Its name is known only when the image is whole.
class UnnamedSpool final : public ImageSpool {
 public:
  explicit UnnamedSpool(SpoolFile file) : file_(std::move(file)) {}
  [[nodiscard]] Status write(std::span<const std::uint8_t> bytes) override {
    return file_.write(bytes);
  }
  [[nodiscard]] const SpoolFile& file() const { return file_; }

 private:
  SpoolFile file_;
};

std::filesystem::path or_here(std::filesystem::path directory) {
  return directory.empty() ? std::filesystem::path(".") : std::move(directory);
}

bool is_there(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
}

}  // namespace

std::filesystem::path numbered(const std::filesystem::path& pattern, std::size_t number) {
  std::string name = pattern.filename().string();
  name.replace(name.find(number_mark), number_mark.size(), std::to_string(number));
  return pattern.parent_path() / name;
}

bool is_numbered(const std::filesystem::path& file) {
  return file.filename().string().find(number_mark) != std::string::npos;
}

bool ImageFileSink::is_exact() const {
  return !options_.file.empty() && !is_numbered(options_.file);
}

std::filesystem::path ImageFileSink::spool_directory() const {
  return or_here(options_.file.empty() ? options_.directory : options_.file.parent_path());
}

Result<std::unique_ptr<ImageFileSink>> ImageFileSink::create(ImageFileOptions options) {
  std::unique_ptr<ImageFileSink> sink(new ImageFileSink(std::move(options), KeepImages::Last));
  if (sink->is_exact()) {
    const ImageFileOptions& wanted = sink->options_;
    sink->prepared_.emplace(
        PATCHBAY_TRY(AtomicFile::create(wanted.file, image_mode, wanted.if_exists)));
    return sink;
  }
  sink.reset(new ImageFileSink(std::move(sink->options_), KeepImages::All));
  // Only to see, before anything is sent, that it can be done.
  PATCHBAY_TRY(SpoolFile::create(sink->spool_directory()));
  PATCHBAY_TRY(sink->check_numbers());
  return sink;
}

Status ImageFileSink::check_numbers() const {
  if (options_.file.empty()) return {};
  for (std::size_t i = 0; i < options_.expected_count; ++i) {
    const std::filesystem::path name = numbered(options_.file, options_.first_number + i);
    PATCHBAY_TRY(AtomicFile::create(name, image_mode, options_.if_exists));
  }
  return {};
}

Result<std::unique_ptr<ImageSpool>> ImageFileSink::new_spool() {
  if (!is_exact() || options_.convert_to) {
    SpoolFile spool = PATCHBAY_TRY(SpoolFile::create(spool_directory()));
    return std::unique_ptr<ImageSpool>(std::make_unique<UnnamedSpool>(std::move(spool)));
  }
  if (prepared_) {
    auto spool = std::make_unique<AtomicSpool>(std::move(*prepared_));
    prepared_.reset();
    return std::unique_ptr<ImageSpool>(std::move(spool));
  }
  AtomicFile file = PATCHBAY_TRY(AtomicFile::create(options_.file, image_mode, options_.if_exists));
  return std::unique_ptr<ImageSpool>(std::make_unique<AtomicSpool>(std::move(file)));
}

// An image that was paid for is never lost to a name that somebody took meanwhile.
Result<AtomicFile> ImageFileSink::file_for(const SavedImage& image, std::size_t index) {
  if (options_.file.empty()) return chosen_file(image);
  if (is_exact()) return AtomicFile::create(options_.file, image_mode, options_.if_exists);
  if (index >= options_.expected_count) return spare_file();
  const std::filesystem::path name = numbered(options_.file, options_.first_number + index);
  auto file = AtomicFile::create(name, image_mode, options_.if_exists);
  if (file.ok() || file.error().code != ErrorCode::AlreadyExists) return file;
  return spare_file();
}

Result<AtomicFile> ImageFileSink::spare_file() {
  while (options_.spare_number < number_max) {
    const std::filesystem::path name = numbered(options_.file, options_.spare_number++);
    auto file = AtomicFile::create(name, image_mode, IfExists::Fail);
    if (file.ok() || file.error().code != ErrorCode::AlreadyExists) return file;
  }
  return Error{ErrorCode::Output, "no number is left for " + options_.file.string(), {}, {}};
}

Result<AtomicFile> ImageFileSink::chosen_file(const SavedImage& image) {
  const std::filesystem::path directory = or_here(options_.directory);
  while (last_number_ < number_max) {
    const std::string name = options_.stem + "-" + std::to_string(++last_number_) +
                             std::string(media::suffix_of(image.format));
    const bool is_taken = !options_.companion_suffix.empty() &&
                          is_there(directory / (name + options_.companion_suffix));
    if (is_taken) continue;
    auto file = AtomicFile::create(directory / name, image_mode, IfExists::Fail);
    if (file.ok() || file.error().code != ErrorCode::AlreadyExists) return file;
  }
  return Error{ErrorCode::Output, "no free name is left in " + directory.string(), {}, {}};
}

Result<std::vector<SavedImage>> ImageFileSink::commit() {
  for (FinishedImage& image : finished()) {
    if (auto* direct = dynamic_cast<AtomicSpool*>(image.spool.get())) {
      PATCHBAY_TRY(commit_announced(image.description, direct->file()));
    } else if (prepared_) {
      AtomicFile file = std::move(*prepared_);
      prepared_.reset();
      PATCHBAY_TRY(place(image, std::move(file)));
    } else {
      AtomicFile file = PATCHBAY_TRY(file_for(image.description, placed_.size()));
      PATCHBAY_TRY(place(image, std::move(file)));
    }
  }
  finished().clear();
  return placed_;
}

Status ImageFileSink::commit_announced(SavedImage& description, AtomicFile& file) {
  description.path = file.path();
  if (options_.announce) PATCHBAY_TRY(options_.announce(description));
  PATCHBAY_TRY(file.commit());
  placed_.push_back(std::move(description));
  return {};
}

Status ImageFileSink::place(FinishedImage& image, AtomicFile file) {
  if (options_.convert_to && *options_.convert_to != image.description.format)
    return place_converted(image, std::move(file));
  return place_as_it_came(image, std::move(file));
}

Status ImageFileSink::place_as_it_came(FinishedImage& image, AtomicFile file) {
  const auto& spool = dynamic_cast<const UnnamedSpool&>(*image.spool);
  PATCHBAY_TRY(spool.file().copy_to(
      [&file](std::span<const std::uint8_t> bytes) { return file.write(bytes); }));
  return commit_announced(image.description, file);
}

Status ImageFileSink::place_converted(FinishedImage& image, AtomicFile file) {
  SavedImage& description = image.description;
  const auto& spool = dynamic_cast<const UnnamedSpool&>(*image.spool);
  crypto::Sha256 digest;
  std::uint64_t offset = 0;
  media::Conversion conversion;
  conversion.from = description.format;
  conversion.to = *options_.convert_to;
  conversion.source = [&](std::span<std::uint8_t> out) -> Result<std::size_t> {
    const std::size_t count = PATCHBAY_TRY(spool.file().read_at(offset, out));
    offset += count;
    return count;
  };
  conversion.target = [&](std::span<const std::uint8_t> bytes) {
    digest.update(bytes);
    return file.write(bytes);
  };
  const Status converted = media::convert(conversion);
  if (!converted.ok()) return keep_as_it_came(image, file.path(), converted.error());
  description.converted_from = description.format;
  description.format = *options_.convert_to;
  description.size = file.size();
  description.sha256 = crypto::to_hex(digest.finish());
  return commit_announced(description, file);
}

// It was paid for. Under the name that was asked for it would be what its suffix denies.
Error ImageFileSink::keep_as_it_came(FinishedImage& image,
                                     const std::filesystem::path& wanted,
                                     Error why) {
  if (why.code != ErrorCode::BadInput) return why;
  const std::string name =
      wanted.string() + std::string(media::suffix_of(image.description.format));
  auto file = AtomicFile::create(name, image_mode, options_.if_exists);
  if (!file.ok()) return std::move(file).error();
  const Status kept = place_as_it_came(image, std::move(file).value());
  if (!kept.ok()) return kept.error();
  why.message += "; it is kept as it came in " + name;
  return why;
}

Result<std::unique_ptr<ImageDescriptorSink>> ImageDescriptorSink::create(
    int descriptor, std::filesystem::path spool_directory) {
  if (spool_directory.empty()) {
    const char* chosen = secure_getenv("TMPDIR");
    spool_directory = chosen != nullptr && *chosen != '\0' ? chosen : "/tmp";
  }
  PATCHBAY_TRY(SpoolFile::create(spool_directory));
  return std::unique_ptr<ImageDescriptorSink>(
      new ImageDescriptorSink(descriptor, std::move(spool_directory)));
}

Result<std::unique_ptr<ImageSpool>> ImageDescriptorSink::new_spool() {
  SpoolFile spool = PATCHBAY_TRY(SpoolFile::create(spool_directory_));
  return std::unique_ptr<ImageSpool>(std::make_unique<UnnamedSpool>(std::move(spool)));
}

Result<SavedImage> ImageDescriptorSink::commit() {
  if (finished().empty()) return Error{ErrorCode::NoOutput, "there is no image to write", {}, {}};
  FinishedImage image = std::move(finished().back());
  finished().clear();
  const auto& spool = dynamic_cast<const UnnamedSpool&>(*image.spool);
  PATCHBAY_TRY(spool.file().copy_to([this](std::span<const std::uint8_t> bytes) {
    const int error = write_unless_interrupted(descriptor_, bytes);
    if (error == 0) return Status();
    if (error == EINTR)
      return Status(Error{ErrorCode::Cancelled, "interrupted while the image was written", {}, {}});
    return Status(file_error(ErrorCode::Output, "cannot write", "the output", error));
  }));
  return std::move(image.description);
}

}  // namespace patchbay::host
