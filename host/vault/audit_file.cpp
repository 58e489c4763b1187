// The file beside the database: a line for each row, "SEQUENCE DIGEST SIGNATURE|- SIGNER|-".
// Whoever cuts rows off the database must also find and cut this file.
#include "core/base/file.hpp"
#include "host/vault/audit.hpp"
#include "host/vault/audit_digest.hpp"

#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <optional>
#include <unistd.h>
#include <utility>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t file_size_max = std::size_t{64} << 20U;  // bytes: some 300,000 rows
constexpr std::int64_t rows_at_once = 1000;
constexpr std::size_t line_size_max = 512;  // bytes

struct NotedHead {
  std::int64_t sequence = 0;
  crypto::Bytes digest;
  crypto::Bytes signature;
};

std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(text.size(), word.size() + 1));
  return word;
}

std::optional<NotedHead> head_of_line(std::string_view line) {
  NotedHead head;
  const std::string_view number = take_word(line);
  const auto read = std::from_chars(number.data(), number.data() + number.size(), head.sequence);
  if (read.ec != std::errc() || read.ptr != number.data() + number.size()) return std::nullopt;
  const auto digest = crypto::from_hex(take_word(line));
  const std::string_view signature = take_word(line);
  if (!digest || digest->size() != crypto::Sha256Digest{}.size()) return std::nullopt;
  head.digest = *digest;
  if (signature == "-") return head;
  const auto bytes = crypto::from_base64url(signature);
  if (!bytes) return std::nullopt;
  head.signature = *bytes;
  return head;
}

std::string line_of(const AuditRow& row) {
  std::string line = std::to_string(row.sequence) + ' ' + crypto::to_hex(row.digest) + ' ';
  line += row.signature.empty() ? "-" : crypto::to_base64url(row.signature);
  line += ' ' + (row.signer.empty() ? std::string("-") : row.signer) + '\n';
  return line;
}

// The last whole line of an opened file; empty where there is none. A line that a kill cut short is
// cut off, so that the next one stands alone.
Result<std::string> last_line(const FileDescriptor& file, const fs::path& name) {
  struct stat info{};
  if (::fstat(file.get(), &info) != 0) return file_error(ErrorCode::Output, "read", name, errno);
  std::array<char, 2 * line_size_max> end{};
  const off_t begin = std::max<off_t>(0, info.st_size - static_cast<off_t>(end.size()));
  const ssize_t count = ::pread(file.get(), end.data(), end.size(), begin);
  if (count < 0) return file_error(ErrorCode::Output, "read", name, errno);
  std::string_view text(end.data(), static_cast<std::size_t>(count));
  const std::size_t whole = text.rfind('\n');
  const std::size_t kept = whole == std::string_view::npos ? 0 : whole + 1;
  if (kept != text.size() && ::ftruncate(file.get(), begin + static_cast<off_t>(kept)) != 0)
    return file_error(ErrorCode::Output, "mend", name, errno);
  text = text.substr(0, kept == 0 ? 0 : kept - 1);
  return std::string(text.substr(text.rfind('\n') + 1));
}

Result<FileDescriptor> open_file(const fs::path& name) {
  FileDescriptor file(
      ::open(name.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) return file_error(ErrorCode::Output, "open", name, errno);
  while (::flock(file.get(), LOCK_EX) != 0)
    if (errno != EINTR) return file_error(ErrorCode::Output, "lock", name, errno);
  return file;
}

// Whether the database has the row that the file ends with.
Result<bool> agrees(store::Database& database, const NotedHead& head) {
  const auto rows = PATCHBAY_TRY(read_audit(database, head.sequence - 1, 1));
  return !rows.empty() && rows.front().sequence == head.sequence &&
         rows.front().digest == head.digest;
}

// The file against the rows, which hold by themselves.
class FileCheck {
 public:
  FileCheck(const VaultIdentity& identity, std::vector<NotedHead> heads)
      : identity_(identity), heads_(std::move(heads)) {}

  // The reason why this row is not what was noted; empty where it is.
  std::string problem_of(const AuditRow& row) {
    while (next_ < heads_.size() && heads_[next_].sequence < row.sequence) ++next_;
    if (next_ == heads_.size() || heads_[next_].sequence != row.sequence) return {};
    const NotedHead& head = heads_[next_];
    ++noted_;
    if (head.digest != row.digest) return "differs from what the audit file says of it";
    if (head.signature.empty() || is_signed(head.signature, row)) return {};
    return "has a signature in the audit file that does not fit";
  }
  [[nodiscard]] std::int64_t noted() const { return noted_; }
  [[nodiscard]] std::int64_t last_sequence() const {
    std::int64_t last = 0;
    for (const NotedHead& head : heads_) last = std::max(last, head.sequence);
    return last;
  }
  [[nodiscard]] bool is_signed(const crypto::Bytes& signature, const AuditRow& row) const {
    return is_signed_by_owner(
        identity_, audit_head_statement(identity_.project_id, row.sequence, row.digest), signature);
  }

 private:
  const VaultIdentity& identity_;
  std::vector<NotedHead> heads_;
  std::size_t next_ = 0;
  std::int64_t noted_ = 0;
};

Result<std::vector<NotedHead>> read_file_heads(const fs::path& name, AuditFinding& finding) {
  const Result<std::string> text = read_file(name, file_size_max);
  std::vector<NotedHead> heads;
  if (!text.ok() && text.error().code == ErrorCode::NotFound) return heads;
  if (!text.ok()) return text.error();
  finding.has_file = true;
  std::string_view rest = text.value();
  std::int64_t number = 0;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) break;  // a kill cut it short
    ++number;
    auto head = head_of_line(rest.substr(0, end));
    rest.remove_prefix(end + 1);
    if (head) {
      heads.push_back(std::move(*head));
    } else if (finding.problem.empty()) {
      finding.problem = "line " + std::to_string(number) + " of " + name.string() + " is damaged";
    }
  }
  return heads;
}

// Why a row does not hold by itself; empty where it does.
std::string problem_of(const VaultIdentity& identity,
                       const crypto::Bytes& previous,
                       std::int64_t expected,
                       const AuditRow& row) {
  if (row.sequence != expected) return "is missing";
  if (row.digest != audit_digest(identity.project_id, previous, row))
    return "was changed, or the one before it was";
  return {};
}

}  // namespace

Status note_audit(store::Database& database, const fs::path& name) {
  const auto newest = PATCHBAY_TRY(read_last_audit(database, 1));
  if (newest.empty()) return {};
  const FileDescriptor file = PATCHBAY_TRY(open_file(name));
  const std::string last = PATCHBAY_TRY(last_line(file, name));
  const auto head = last.empty() ? NotedHead() : head_of_line(last).value_or(NotedHead());
  if (!last.empty() && (head.sequence == 0 || !PATCHBAY_TRY(agrees(database, head)))) return {};
  std::int64_t after = head.sequence;
  while (true) {
    const auto rows = PATCHBAY_TRY(read_audit(database, after, rows_at_once));
    if (rows.empty()) break;
    std::string lines;
    for (const AuditRow& row : rows) lines += line_of(row);
    PATCHBAY_TRY(write_all(file.get(), crypto::bytes_of(lines), name));
    after = rows.back().sequence;
  }
  if (after == head.sequence || ::fsync(file.get()) == 0) return {};
  return file_error(ErrorCode::Output, "flush", name, errno);
}

Result<AuditFinding> verify_audit(store::Database& database,
                                  const VaultIdentity& identity,
                                  const fs::path& name) {
  AuditFinding finding;
  FileCheck file(identity, PATCHBAY_TRY(read_file_heads(name, finding)));
  crypto::Bytes previous;
  std::int64_t expected = 1;
  while (finding.problem.empty()) {
    const auto rows = PATCHBAY_TRY(read_audit(database, expected - 1, rows_at_once));
    if (rows.empty()) break;
    for (const AuditRow& row : rows) {
      std::string problem = problem_of(identity, previous, expected, row);
      if (problem.empty() && !row.signature.empty() && !file.is_signed(row.signature, row))
        problem = "has a signature that does not fit";
      if (problem.empty()) problem = file.problem_of(row);
      if (!problem.empty()) {
        finding.bad_row = expected;
        finding.problem = "row " + std::to_string(expected) + " " + problem;
        return finding;
      }
      if (!row.signature.empty()) ++finding.signed_rows;
      previous = row.digest;
      ++expected;
      ++finding.rows;
    }
  }
  finding.noted_rows = file.noted();
  if (!finding.problem.empty() || file.last_sequence() < expected) return finding;
  finding.bad_row = expected;
  finding.problem = "row " + std::to_string(expected) + " is missing, and so is what came after: " +
                    "the audit file goes on until row " + std::to_string(file.last_sequence());
  return finding;
}

}  // namespace patchbay::host
