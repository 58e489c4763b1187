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

// "cat-2.png"
std::filesystem::path beside(const std::filesystem::path& path, std::size_t number) {
  std::filesystem::path name = path.stem();
  name += "-" + std::to_string(number);
  name += path.extension();
  return path.parent_path() / name;
}

template <typename Tried>
bool is_taken(const Tried& tried) {
  return !tried.ok() && tried.error().code == ErrorCode::AlreadyExists;
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
  if (!is_taken(file)) return file;
  return spare_file();
}

Result<AtomicFile> ImageFileSink::spare_file() {
  while (options_.spare_number < number_max) {
    const std::filesystem::path name = numbered(options_.file, options_.spare_number++);
    auto file = AtomicFile::create(name, image_mode, IfExists::Fail);
    if (!is_taken(file)) return file;
  }
  return Error{ErrorCode::Output, "no number is left for " + options_.file.string(), {}, {}};
}

Result<AtomicFile> ImageFileSink::chosen_file(const SavedImage& image) {
  const std::filesystem::path directory = or_here(options_.directory);
  while (last_number_ < number_max) {
    const std::string name = options_.stem + "-" + std::to_string(++last_number_) +
                             std::string(media::suffix_of(image.format));
    const bool has_companion = !options_.companion_suffix.empty() &&
                               is_there(directory / (name + options_.companion_suffix));
    if (has_companion) continue;
    auto file = AtomicFile::create(directory / name, image_mode, IfExists::Fail);
    if (!is_taken(file)) return file;
  }
  return Error{ErrorCode::Output, "no free name is left in " + directory.string(), {}, {}};
}

Result<std::vector<SavedImage>> ImageFileSink::commit() {
  Status first_failure;
  for (FinishedImage& image : finished()) {
    const std::size_t placed_before = placed_.size();
    const Status committed = commit_next(image);
    if (!committed.ok() && first_failure.ok()) first_failure = committed;
    if (placed_.size() == placed_before) break;
  }
  finished().clear();
  PATCHBAY_TRY(first_failure);
  return placed_;
}

Status ImageFileSink::commit_next(FinishedImage& image) {
  if (auto* direct = dynamic_cast<AtomicSpool*>(image.spool.get()))
    return commit_announced(image.description, direct->file());
  if (prepared_) {
    AtomicFile file = std::move(*prepared_);
    prepared_.reset();
    return place(image, std::move(file));
  }
  AtomicFile file = PATCHBAY_TRY(file_for(image.description, placed_.size()));
  return place(image, std::move(file));
}

Status ImageFileSink::announced(const SavedImage& description) const {
  return options_.announce ? options_.announce(description, placed_.size()) : Status();
}

Status ImageFileSink::commit_announced(SavedImage& description, AtomicFile& file) {
  description.path = file.path();
  PATCHBAY_TRY(announced(description));
  const Status committed = file.commit();
  if (is_taken(committed)) return commit_beside(description, file, committed.error());
  PATCHBAY_TRY(committed);
  placed_.push_back(std::move(description));
  return {};
}

// It was paid for, and may not replace what somebody else put there meanwhile.
Status ImageFileSink::commit_beside(SavedImage& description, AtomicFile& file, Error taken) {
  const std::filesystem::path wanted = file.path();
  for (std::size_t number = 2; number < number_max; ++number) {
    description.path = beside(wanted, number);
    if (is_there(description.path)) continue;
    PATCHBAY_TRY(announced(description));
    const Status committed = file.commit_as(description.path);
    if (is_taken(committed)) continue;
    PATCHBAY_TRY(committed);
    taken.message += "; the image is kept in " + description.path.string();
    placed_.push_back(std::move(description));
    return taken;
  }
  return taken;
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

Result<AtomicFile> ImageFileSink::file_at_or_beside(const std::filesystem::path& name) const {
  for (std::size_t number = 1; number < number_max; ++number) {
    const std::filesystem::path tried = number == 1 ? name : beside(name, number);
    auto file = AtomicFile::create(tried, image_mode, options_.if_exists);
    if (!is_taken(file)) return file;
  }
  return Error{ErrorCode::Output, "no name is free beside " + name.string()};
}

// It was paid for. Under the name that was asked for it would be what its suffix denies.
Error ImageFileSink::keep_as_it_came(FinishedImage& image,
                                     const std::filesystem::path& wanted,
                                     Error why) {
  if (why.code != ErrorCode::BadInput) return why;
  const std::filesystem::path name =
      wanted.string() + std::string(media::suffix_of(image.description.format));
  auto file = file_at_or_beside(name);
  if (!file.ok()) return std::move(file).error();
  const Status kept = place_as_it_came(image, std::move(file).value());
  if (!kept.ok()) return kept.error();
  why.message += "; it is kept as it came in " + placed_.back().path.string();
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
