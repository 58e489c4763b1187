// Which images of a batch are there, so that a batch that was cut short goes on without paying
// twice. Each is written down just before it appears under its name: it counts as made where the
// file is there and is the very one that was written down. Requests are written down too, before
// they are sent and when they are over: what a kill cut off may have been billed.
#pragma once

#include "core/base/file.hpp"
#include "core/base/result.hpp"
#include "core/json/value.hpp"
#include "host/engine/image_sink.hpp"
#include "host/jobs/losses.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
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

// Held by one command at a time. One that says of no image and no loss leaves no file.
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

  // A request is about to be sent, for the job's images from this number on; kept by the system
  // when this returned, which a kill leaves as it is.
  [[nodiscard]] Status begin(std::string_view job, std::size_t first);
  [[nodiscard]] Status over(std::string_view job, std::size_t first, const Losses& losses);
  // Of earlier runs.
  [[nodiscard]] const Losses& losses_before() const { return losses_before_; }

 private:
  enum class Durable : std::uint8_t { No, Yes };
  using RequestName = std::pair<std::string, std::size_t>;  // job and first image

  BatchJournal(std::filesystem::path path, FileDescriptor file)
      : path_(std::move(path)), file_(std::move(file)) {}
  [[nodiscard]] Status load();
  [[nodiscard]] Status begin_anew();
  [[nodiscard]] bool take_line(std::string_view line);
  [[nodiscard]] bool take_image(const json::Value& line, const std::string& job);
  void take_begin(const RequestName& request);
  [[nodiscard]] bool take_over(const json::Value& line, const RequestName& request);
  void take_cut_off();
  [[nodiscard]] Status append(const std::string& line, Durable durable);

  std::filesystem::path path_;
  FileDescriptor file_;
  bool is_ours_ = false;  // looked at, and no file of another kind
  bool has_losses_ = false;
  Losses losses_before_;
  std::set<RequestName> under_way_;
  // By job and number; the last word counts.
  std::map<std::string, std::map<std::size_t, JournalledImage>, std::less<>> images_;
};

}  // namespace patchbay::host
