#include "host/jobs/image_place.hpp"

#include "core/base/text.hpp"
#include "host/engine/spool_file.hpp"

#include <sys/stat.h>

#include <array>
#include <system_error>
#include <utility>

namespace patchbay::host {
namespace {

ImageFileOptions options_of(const ImagePlace& place, const ImageRange& range) {
  ImageFileOptions options;
  options.file = place.file;
  options.directory = place.directory;
  options.stem = place.stem;
  options.first_number = range.first;
  options.expected_count = range.count;
  options.spare_number = range.spare;
  options.if_exists = place.if_exists;
  options.convert_to = place.convert_to;
  if (place.sidecar == Sidecar::Yes) options.companion_suffix = sidecar_suffix;
  return options;
}

// `patchbay` has --force, and so a hint that fits.
Error with_hint(Error error) {
  if (error.code == ErrorCode::AlreadyExists && error.hint.empty())
    error.hint = "choose another name, or replace it with --force";
  return error;
}

Status check_sidecar(const std::filesystem::path& image) {
  const std::filesystem::path sidecar = sidecar_of(image);
  std::error_code ignored;
  if (!std::filesystem::exists(std::filesystem::symlink_status(sidecar, ignored))) return {};
  return with_hint(Error{ErrorCode::AlreadyExists, sidecar.string() + " exists already"});
}

}  // namespace

std::filesystem::path sidecar_of(const std::filesystem::path& image) {
  return image.string() + std::string(sidecar_suffix);
}

std::optional<media::ImageFormat> format_named_by(const std::filesystem::path& file) {
  const std::string suffix = file.extension().string();
  constexpr std::array formats{media::ImageFormat::Png,
                               media::ImageFormat::Jpeg,
                               media::ImageFormat::Webp,
                               media::ImageFormat::Gif};
  for (const media::ImageFormat format : formats)
    if (equal_ignoring_case(suffix, media::suffix_of(format))) return format;
  if (equal_ignoring_case(suffix, ".jpeg")) return media::ImageFormat::Jpeg;
  return {};
}

Status check_place(const ImagePlace& place, const ImageRange& range) {
  RequestOutput output(place, range, {});
  PATCHBAY_TRY(output.open_sink());
  const bool may_clash = place.sidecar == Sidecar::Yes && place.if_exists == IfExists::Fail;
  if (!may_clash || place.file.empty()) return {};
  if (!is_numbered(place.file)) return check_sidecar(place.file);
  for (std::size_t i = 0; i < range.count; ++i)
    PATCHBAY_TRY(check_sidecar(numbered(place.file, range.first + i)));
  return {};
}

Status check_room(const ImagePlace& place, std::uint64_t size) {
  if (place.descriptor >= 0) return {};
  const std::filesystem::path folder =
      place.file.empty() ? place.directory : place.file.parent_path();
  SpoolFile file = PATCHBAY_TRY(SpoolFile::create(folder.empty() ? "." : folder));
  return file.reserve(size);
}

RequestOutput::RequestOutput(const ImagePlace& place, const ImageRange& range, Announce announce)
    : place_(place), options_(options_of(place, range)) {
  options_.announce = std::move(announce);
}

Result<Sink*> RequestOutput::open_sink() {
  // The old one goes first: both may hold the same name.
  file_sink_.reset();
  descriptor_sink_.reset();
  if (place_.descriptor >= 0) {
    descriptor_sink_ = PATCHBAY_TRY(ImageDescriptorSink::create(place_.descriptor));
    return descriptor_sink_.get();
  }
  auto created = ImageFileSink::create(options_);
  if (!created.ok()) return with_hint(std::move(created).error());
  file_sink_ = std::move(created).value();
  return file_sink_.get();
}

Status RequestOutput::commit() {
  if (descriptor_sink_) {
    images_.push_back(PATCHBAY_TRY(descriptor_sink_->commit()));
    return {};
  }
  const auto committed = file_sink_->commit();
  images_ = file_sink_->placed();
  // The images are the caller's; the strict mask of a process is for its own files. Where the mode
  // cannot be set the image stays private, which harms nobody.
  for (const SavedImage& image : images_)
    static_cast<void>(::chmod(image.path.c_str(), place_.mode));
  if (!committed.ok()) return committed.error();
  return {};
}

std::string RequestOutput::text() const {
  if (descriptor_sink_) return descriptor_sink_->text();
  return file_sink_ ? file_sink_->text() : std::string();
}

}  // namespace patchbay::host
