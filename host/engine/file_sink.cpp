#include "host/engine/file_sink.hpp"

#include "host/engine/spool_file.hpp"

#include <cerrno>
#include <cstdlib>
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

std::filesystem::path numbered(const std::filesystem::path& pattern, std::size_t number) {
  std::string name = pattern.filename().string();
  name.replace(name.find(number_mark), number_mark.size(), std::to_string(number));
  return pattern.parent_path() / name;
}

}  // namespace

bool ImageFileSink::is_exact() const {
  return !options_.file.empty() &&
         options_.file.filename().string().find(number_mark) == std::string::npos;
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
  return sink;
}

Result<std::unique_ptr<ImageSpool>> ImageFileSink::new_spool() {
  if (!is_exact()) {
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

Result<AtomicFile> ImageFileSink::file_for(const SavedImage& image, std::size_t number) {
  if (!options_.file.empty())
    return AtomicFile::create(numbered(options_.file, number), image_mode, options_.if_exists);
  const std::filesystem::path directory = or_here(options_.directory);
  while (last_number_ < number_max) {
    const std::string name = options_.stem + "-" + std::to_string(++last_number_) +
                             std::string(media::suffix_of(image.format));
    auto file = AtomicFile::create(directory / name, image_mode, IfExists::Fail);
    if (file.ok() || file.error().code != ErrorCode::AlreadyExists) return file;
  }
  return Error{ErrorCode::Output, "no free name is left in " + directory.string(), {}, {}};
}

Result<std::vector<SavedImage>> ImageFileSink::commit() {
  std::vector<SavedImage> saved;
  for (FinishedImage& image : finished()) {
    if (auto* direct = dynamic_cast<AtomicSpool*>(image.spool.get())) {
      PATCHBAY_TRY(direct->file().commit());
      image.description.path = direct->file().path();
    } else {
      const auto& spool = dynamic_cast<const UnnamedSpool&>(*image.spool);
      AtomicFile file = PATCHBAY_TRY(file_for(image.description, saved.size() + 1));
      PATCHBAY_TRY(spool.file().copy_to(
          [&file](std::span<const std::uint8_t> bytes) { return file.write(bytes); }));
      PATCHBAY_TRY(file.commit());
      image.description.path = file.path();
    }
    saved.push_back(std::move(image.description));
  }
  finished().clear();
  return saved;
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
