#include "host/embedding/run_output.hpp"

#include <system_error>
#include <utility>

namespace patchbay::embedding {
namespace {

class FileSpool final : public host::ImageSpool {
 public:
  explicit FileSpool(host::SpoolFile file) : file_(std::move(file)) {}
  [[nodiscard]] Status write(std::span<const std::uint8_t> bytes) override {
    return file_.write(bytes);
  }
  [[nodiscard]] host::SpoolFile take() { return std::move(file_); }

 private:
  host::SpoolFile file_;
};

std::filesystem::path spool_directory() {
  std::error_code unknown;
  std::filesystem::path chosen = std::filesystem::temp_directory_path(unknown);
  return unknown ? std::filesystem::path("/tmp") : chosen;
}

}  // namespace

Result<std::unique_ptr<host::ImageSpool>> SpoolingSink::new_spool() {
  host::SpoolFile file = PATCHBAY_TRY(host::SpoolFile::create(directory_));
  return std::unique_ptr<host::ImageSpool>(std::make_unique<FileSpool>(std::move(file)));
}

std::vector<SpooledImage> SpoolingSink::take() {
  std::vector<SpooledImage> images;
  for (FinishedImage& image : finished()) {
    images.push_back({std::move(image.description), dynamic_cast<FileSpool&>(*image.spool).take()});
  }
  finished().clear();
  return images;
}

RunOutput::RunOutput(host::Operation operation, OutputPlace place, WatchingSink::OnText on_text)
    : operation_(operation), place_(std::move(place)), on_text_(std::move(on_text)) {}

Result<host::Sink*> RunOutput::open_sink() {
  watching_.reset();
  host::Sink* inner = nullptr;
  if (operation_ == host::Operation::Image) {
    inner = PATCHBAY_TRY(open_image_sink());
  } else if (operation_ == host::Operation::Chat) {
    text_ =
        std::make_unique<host::TextSink>(host::TextDelivery::WhenWhole, host::TextSink::Receiver());
    inner = text_.get();
  } else {
    models_ = std::make_unique<host::ModelsSink>();
    inner = models_.get();
  }
  watching_ = std::make_unique<WatchingSink>(*inner, on_text_);
  return watching_.get();
}

Result<host::Sink*> RunOutput::open_image_sink() {
  switch (place_.kind) {
    case OutputKind::File: {
      file_.reset();  // first: it holds the name
      file_ = PATCHBAY_TRY(host::ImageFileSink::create(
          {.file = place_.file, .directory = {}, .if_exists = place_.if_exists}));
      return file_.get();
    }
    case OutputKind::Observer:
      spooling_ = std::make_unique<SpoolingSink>(spool_directory());
      return spooling_.get();
    case OutputKind::Memory: break;
  }
  memory_ = std::make_unique<MemoryImageSink>(place_.memory_max);
  return memory_.get();
}

Status RunOutput::commit(AnswerParts& parts) {
  parts.states = watching_->take_states();
  if (models_ != nullptr) parts.models = models_->models();
  if (text_ != nullptr) parts.text = text_->text();
  return commit_images(parts);
}

Status RunOutput::commit_images(AnswerParts& parts) {
  if (memory_ != nullptr) {
    parts.text = memory_->text();
    parts.images = memory_->take();
  }
  if (file_ != nullptr) {
    parts.text = file_->text();
    for (host::SavedImage& image : PATCHBAY_TRY(file_->commit()))
      parts.images.push_back({std::move(image), {}});
  }
  if (spooling_ == nullptr) return {};
  parts.text = spooling_->text();
  spooled_ = spooling_->take();
  for (const SpooledImage& image : spooled_) parts.images.push_back({image.description, {}});
  return {};
}

}  // namespace patchbay::embedding
