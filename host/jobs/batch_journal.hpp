// Which images of a batch are there, so that a batch that was cut short goes on without paying
// twice. Each is written down just before it appears under its name: it counts as made where the
// file is there and is the very one that was written down.
#pragma once

#include "core/base/file.hpp"
#include "core/base/result.hpp"
#include "host/engine/image_sink.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

inline constexpr std::size_t journal_size_max = std::size_t{256} << 20U;  // bytes

enum class JournalStart : std::uint8_t {
  Fresh,     // refuse one that an earlier run left
  Continue,  // go on with it
  Anew,      // forget it
};

struct JournalledImage {
  std::filesystem::path file;  // absolute
  std::uint64_t size = 0;      // bytes
  std::string sha256;
};

// Held by one command at a time. One that says of no image leaves no file.
class BatchJournal {
 public:
  BatchJournal(BatchJournal&&) = default;
  BatchJournal& operator=(BatchJournal&&) = delete;
  BatchJournal(const BatchJournal&) = delete;
  BatchJournal& operator=(const BatchJournal&) = delete;
  ~BatchJournal();

  // Errors: AlreadyExists for Fresh, where something was made; Output; BadInput where the file is
  // something else.
  [[nodiscard]] static Result<BatchJournal> open(const std::filesystem::path& path,
                                                 JournalStart start);

  // The numbers of those images of the job that are there, ascending. Reads the files.
  [[nodiscard]] std::vector<std::size_t> finished(std::string_view job) const;
  // Durable when this returned.
  [[nodiscard]] Status note(std::string_view job, std::size_t number, const SavedImage& image);

 private:
  BatchJournal(std::filesystem::path path, FileDescriptor file)
      : path_(std::move(path)), file_(std::move(file)) {}
  [[nodiscard]] Status load();
  [[nodiscard]] Status begin_anew();
  [[nodiscard]] bool take_line(std::string_view line);
  [[nodiscard]] Status append(const std::string& line);

  std::filesystem::path path_;
  FileDescriptor file_;
  bool is_ours_ = false;  // looked at, and no file of another kind
  // By job and number; the last word counts.
  std::map<std::string, std::map<std::size_t, JournalledImage>, std::less<>> images_;
};

}  // namespace patchbay::host
