#include "host/jobs/batch_journal.hpp"

#include "core/crypto/hash.hpp"
#include "core/json/value.hpp"

#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view first_line = R"({"patchbay_batch":1})";
constexpr std::size_t read_size = std::size_t{64} << 10U;

// Whether the file is there, byte for byte.
bool is_there(const JournalledImage& image) {
  const FileDescriptor file(open(image.file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) return false;
  crypto::Sha256 digest;
  std::vector<std::uint8_t> buffer(read_size);
  std::uint64_t size = 0;
  while (true) {
    const ssize_t count = read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0) break;
    size += static_cast<std::uint64_t>(count);
    if (size > image.size) return false;
    digest.update(std::span(buffer.data(), static_cast<std::size_t>(count)));
  }
  return size == image.size && crypto::to_hex(digest.finish()) == image.sha256;
}

std::optional<std::size_t> count_in(const json::Value& line, std::string_view name) {
  const json::Value* value = line.find(name);
  if (value == nullptr || value->integer() == nullptr || *value->integer() < 0) return {};
  return static_cast<std::size_t>(*value->integer());
}

}  // namespace

Result<BatchJournal> BatchJournal::open(const fs::path& path, JournalStart start) {
  FileDescriptor file(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.is_open()) {
    Error error = file_error(ErrorCode::Output, "cannot keep a journal in", path, errno);
    error.hint = "name another file with --journal";
    return error;
  }
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0)
    return Error{ErrorCode::Output,
                 "this batch is under way already: " + path.string() + " is in use",
                 "wait until the other command ends"};
  BatchJournal journal(path, std::move(file));
  PATCHBAY_TRY(journal.load());
  journal.is_ours_ = true;
  if (start == JournalStart::Fresh && !journal.images_.empty())
    return Error{ErrorCode::AlreadyExists,
                 "an earlier run of this batch made images and kept its journal, " + path.string(),
                 "go on with it by --resume, or make everything anew by --force"};
  const bool says_nothing = journal.images_.empty() && !journal.has_losses_;
  if (start == JournalStart::Anew || says_nothing) PATCHBAY_TRY(journal.begin_anew());
  return journal;
}

BatchJournal::~BatchJournal() {
  const bool says_nothing = images_.empty() && !has_losses_ && under_way_.empty();
  if (file_.is_open() && is_ours_ && says_nothing) unlink(path_.c_str());
}

Status BatchJournal::begin_anew() {
  if (ftruncate(file_.get(), 0) != 0)
    return file_error(ErrorCode::Output, "cannot write", path_, errno);
  images_.clear();
  has_losses_ = false;
  losses_before_ = {};
  return append(std::string(first_line) + "\n", Durable::Yes);
}

// A kill may have cut off the last line: that image is not there then. Something of another kind is
// not ours to cut.
Status BatchJournal::load() {
  const std::string text = PATCHBAY_TRY(read_file(path_, journal_size_max));
  const std::size_t whole = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
  std::string_view rest = std::string_view(text).substr(0, whole);
  for (bool is_first = true; !rest.empty(); is_first = false) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    if (is_first ? line == first_line : take_line(line)) continue;
    return Error{ErrorCode::BadInput,
                 path_.string() + " is no journal of a batch",
                 "name another file with --journal"};
  }
  take_cut_off();
  if (whole == text.size()) return {};
  if (whole == 0 && !first_line.starts_with(text))
    return Error{ErrorCode::BadInput,
                 path_.string() + " is no journal of a batch",
                 "name another file with --journal"};
  if (ftruncate(file_.get(), static_cast<off_t>(whole)) != 0)
    return file_error(ErrorCode::Output, "cannot write", path_, errno);
  return {};
}

bool BatchJournal::take_line(std::string_view line) {
  const auto parsed = json::parse(line);
  if (!parsed.ok()) return false;
  const json::Value& value = parsed.value();
  const std::string job(value.text("job"));
  if (job.empty()) return false;
  if (value.find("image") != nullptr) return take_image(value, job);
  if (const auto first = count_in(value, "begin")) {
    take_begin({job, *first});
    return true;
  }
  const auto first = count_in(value, "over");
  return first && take_over(value, {job, *first});
}

bool BatchJournal::take_image(const json::Value& line, const std::string& job) {
  const auto number = count_in(line, "image");
  const auto size = count_in(line, "bytes");
  if (!number || !size) return false;
  images_[job][*number] =
      JournalledImage{fs::path(line.text("file")), *size, std::string(line.text("sha256"))};
  return true;
}

// One that began before and was never over was cut off.
void BatchJournal::take_begin(const RequestName& request) {
  if (!under_way_.insert(request).second) ++losses_before_.maybe_billed;
}

bool BatchJournal::take_over(const json::Value& line, const RequestName& request) {
  const auto billed = count_in(line, "billed");
  const auto maybe_billed = count_in(line, "maybe_billed");
  if (!billed || !maybe_billed) return false;
  under_way_.erase(request);
  add_losses(losses_before_, {*billed, *maybe_billed});
  return true;
}

// A kill may have come between the image and the word that its request is over. The next run begins
// the others anew, or never.
void BatchJournal::take_cut_off() {
  const auto gave_an_image = [this](const RequestName& request) {
    const std::vector<std::size_t> numbers = finished(request.first);
    return std::ranges::binary_search(numbers, request.second);
  };
  std::erase_if(under_way_, gave_an_image);
  losses_before_.maybe_billed += under_way_.size();
  under_way_.clear();
  has_losses_ = !losses_before_.empty();
}

std::vector<std::size_t> BatchJournal::finished(std::string_view job) const {
  std::vector<std::size_t> numbers;
  const auto found = images_.find(job);
  if (found == images_.end()) return numbers;
  for (const auto& [number, image] : found->second)
    if (is_there(image)) numbers.push_back(number);
  return numbers;
}

Status BatchJournal::note(std::string_view job, std::size_t number, const SavedImage& image) {
  std::error_code ignored;
  const fs::path file = fs::absolute(image.path, ignored).lexically_normal();
  json::Value value;
  value.set("job", job);
  value.set("image", static_cast<std::int64_t>(number));
  value.set("file", file.string());
  value.set("bytes", image.size);
  value.set("sha256", image.sha256);
  PATCHBAY_TRY(append(json::write(value) + "\n", Durable::Yes));
  images_[std::string(job)][number] = {file, image.size, image.sha256};
  return {};
}

Status BatchJournal::begin(std::string_view job, std::size_t first) {
  json::Value value;
  value.set("job", job);
  value.set("begin", static_cast<std::int64_t>(first));
  PATCHBAY_TRY(append(json::write(value) + "\n", Durable::No));
  under_way_.emplace(job, first);
  return {};
}

Status BatchJournal::over(std::string_view job, std::size_t first, const Losses& losses) {
  json::Value value;
  value.set("job", job);
  value.set("over", static_cast<std::int64_t>(first));
  value.set("billed", static_cast<std::int64_t>(losses.billed));
  value.set("maybe_billed", static_cast<std::int64_t>(losses.maybe_billed));
  PATCHBAY_TRY(append(json::write(value) + "\n", Durable::No));
  under_way_.erase(RequestName(job, first));
  has_losses_ = has_losses_ || !losses.empty();
  return {};
}

// What was written of a line that found no room would spoil those after it.
Status BatchJournal::append(const std::string& line, Durable durable) {
  const off_t before = lseek(file_.get(), 0, SEEK_END);
  const Status written = write_all(
      file_.get(), {reinterpret_cast<const std::uint8_t*>(line.data()), line.size()}, path_);
  if (!written.ok() && before >= 0 && ftruncate(file_.get(), before) != 0)
    return file_error(ErrorCode::Output, "cannot write", path_, errno);
  PATCHBAY_TRY(written);
  if (durable == Durable::Yes && fdatasync(file_.get()) != 0)
    return file_error(ErrorCode::Output, "cannot write", path_, errno);
  return {};
}

}  // namespace patchbay::host
