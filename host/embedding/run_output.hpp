// Where one run's answer goes. Each attempt writes into a sink of its own.
#pragma once

#include "core/base/file.hpp"
#include "host/embedding/answer.hpp"
#include "host/embedding/image_memory.hpp"
#include "host/embedding/watching_sink.hpp"
#include "host/engine/file_sink.hpp"
#include "host/engine/models_sink.hpp"
#include "host/engine/spool_file.hpp"
#include "host/engine/text_sink.hpp"
#include "host/request.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

namespace patchbay::embedding {

enum class OutputKind : std::uint8_t { Memory, File, Observer };

struct OutputPlace {
  OutputKind kind = OutputKind::Memory;
  std::filesystem::path file;                           // File
  IfExists if_exists = IfExists::Fail;                  // File
  std::uint64_t memory_max = std::uint64_t{64} << 20U;  // Memory: bytes
};

// An image that waits, whole and looked at, for an application to take it.
struct SpooledImage {
  host::SavedImage description;
  host::SpoolFile file;
};

class SpoolingSink final : public host::ImageSink {
 public:
  explicit SpoolingSink(std::filesystem::path directory)
      : ImageSink(host::KeepImages::All), directory_(std::move(directory)) {}
  // After the attempt succeeded; once.
  [[nodiscard]] std::vector<SpooledImage> take();

 private:
  [[nodiscard]] Result<std::unique_ptr<host::ImageSpool>> new_spool() override;

  std::filesystem::path directory_;
};

// Stays where it is until the run is over.
class RunOutput {
 public:
  RunOutput(host::Operation operation, OutputPlace place, WatchingSink::OnText on_text);
  RunOutput(const RunOutput&) = delete;
  RunOutput& operator=(const RunOutput&) = delete;

  // Fails before anything is sent where nothing could be written. Errors: Output, AlreadyExists.
  [[nodiscard]] Result<host::Sink*> open_sink();
  // After success; once. What was made is in `parts` then, and files in their places.
  [[nodiscard]] Status commit(AnswerParts& parts);
  // Likewise, of Observer; their descriptions are in the parts already.
  [[nodiscard]] std::vector<SpooledImage> take_spooled() { return std::move(spooled_); }

 private:
  [[nodiscard]] Result<host::Sink*> open_image_sink();
  [[nodiscard]] Status commit_images(AnswerParts& parts);

  const host::Operation operation_;
  const OutputPlace place_;
  const WatchingSink::OnText on_text_;
  // At most one of these, and the one that watches it.
  std::unique_ptr<MemoryImageSink> memory_;
  std::unique_ptr<host::ImageFileSink> file_;
  std::unique_ptr<SpoolingSink> spooling_;
  std::unique_ptr<host::TextSink> text_;
  std::unique_ptr<host::ModelsSink> models_;
  std::unique_ptr<WatchingSink> watching_;
  std::vector<SpooledImage> spooled_;
};

}  // namespace patchbay::embedding
