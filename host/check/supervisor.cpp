// Tries the checks one after the other, and draws the sum.
#include "core/base/file.hpp"
#include "core/base/id.hpp"
#include "core/base/text.hpp"
#include "host/check/check.hpp"
#include "host/check/checks.hpp"
#include "host/check/child_process.hpp"
#include "host/check/subject.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace patchbay::check {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// A folder of its own for the processes, with a secret where people keep theirs.
class Playground {
 public:
  [[nodiscard]] static Result<Playground> create() {
    const std::string secret = "canary-" + PATCHBAY_TRY(new_uuid());
    std::error_code failure;
    std::string name = (fs::temp_directory_path(failure) / "patchbay-check-XXXXXX").string();
    if (failure || ::mkdtemp(name.data()) == nullptr)
      return file_error(ErrorCode::Output, "cannot make a folder", name, errno);
    Playground out(name, secret);
    PATCHBAY_TRY(make_private_directory(out.folder_ / ".ssh"));
    PATCHBAY_TRY(make_private_directory(out.folder()));
    PATCHBAY_TRY(write_file(out.folder_ / ".ssh" / "id_ed25519", secret, 0600, IfExists::Fail));
    return out;
  }
  Playground(Playground&& other) noexcept
      : folder_(std::exchange(other.folder_, {})), secret_(std::move(other.secret_)) {}
  Playground& operator=(Playground&&) = delete;
  Playground(const Playground&) = delete;
  Playground& operator=(const Playground&) = delete;
  ~Playground() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }
  [[nodiscard]] const fs::path& home() const { return folder_; }
  [[nodiscard]] fs::path folder() const { return folder_ / "work"; }
  [[nodiscard]] const std::string& secret() const { return secret_; }

 private:
  Playground(fs::path folder, std::string secret)
      : folder_(std::move(folder)), secret_(std::move(secret)) {}
  fs::path folder_;
  std::string secret_;
};

bool is_broken(const Finding& finding) {
  return finding.verdict == Verdict::Fail || finding.verdict == Verdict::Crash ||
         finding.verdict == Verdict::Timeout;
}

Result<std::vector<const Check*>> chosen(const std::vector<std::string>& only) {
  std::vector<std::string_view> names;
  for (const Check& check : all_checks()) names.push_back(check.name);
  for (const std::string& name : only) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    const std::string_view near = nearest(name, names);
    return Error{ErrorCode::Usage,
                 "there is no check '" + printable(name) + "'",
                 near.empty() ? "see `patchbay plugin check --list`"
                              : "did you mean '" + std::string(near) + "'?"};
  }
  std::vector<const Check*> out;
  for (const Check& check : all_checks()) {
    const bool is_named = std::find(only.begin(), only.end(), check.name) != only.end();
    if (only.empty() || is_named) out.push_back(&check);
  }
  return out;
}

// Why a check is not worth trying after what others found; empty where it is.
std::string obstacle(const Check& check, const std::vector<CheckResult>& earlier) {
  const auto is_in_the_way = [&check](std::string_view name) {
    if (name == "file") return check.needs >= Needs::File;
    if (name == "manifest") return check.needs >= Needs::Manifest;
    if (name == "system_versions") return check.name == "load" || check.needs >= Needs::Loading;
    if (name == "load") return check.needs >= Needs::Loading;
    // Each does what the other does as well.
    if (name == "close") return check.name == "leaks" || check.needs == Needs::AllBelow;
    if (name == "two_sessions") return check.name == "threads" || check.needs == Needs::AllBelow;
    return check.needs == Needs::AllBelow;
  };
  for (const CheckResult& result : earlier)
    if (is_broken(result.finding) && is_in_the_way(result.check->name))
      return "because of '" + std::string(result.check->name) + "'";
  return {};
}

unsigned level_of(const std::vector<CheckResult>& results) {
  unsigned level = level_max;
  for (const CheckResult& result : results) {
    const bool is_missing =
        result.finding.verdict == Verdict::Skip && result.check->name == "cassettes";
    if (is_broken(result.finding) || is_missing) level = std::min(level, result.check->level - 1);
  }
  return level;
}

Result<fs::path> canonical_path(const fs::path& path) {
  std::error_code failure;
  fs::path out = fs::canonical(path, failure);
  if (failure) return file_error(ErrorCode::NotFound, "cannot open", path, failure.value());
  return out;
}

// Cassettes that no check could use are the caller's mistake, not the plugin's.
Status look_at_cassettes(const CheckOptions& options) {
  if (!options.cassettes) return {};
  PATCHBAY_TRY(read_cassettes(*options.cassettes));
  Subject subject({options.plugin, options.cassettes, 0, 0, {}}, [](std::string_view) {});
  if (!subject.manifest().ok()) return {};
  PATCHBAY_TRY(subject.scenes());
  return {};
}

// The options with paths that hold wherever a process runs.
Result<CheckOptions> settled_options(CheckOptions options) {
  options.plugin = PATCHBAY_TRY(canonical_path(options.plugin));
  if (options.cassettes) options.cassettes = PATCHBAY_TRY(canonical_path(*options.cassettes));
  PATCHBAY_TRY(look_at_cassettes(options));
  return options;
}

Result<Finding> run_one(std::string_view name,
                        const CheckOptions& options,
                        const Playground& playground) {
  ChildOptions child;
  child.program = options.program;
  child.arguments = {std::string(child_command),
                     std::string(name),
                     options.plugin.string(),
                     std::to_string(options.seed),
                     std::to_string(options.fuzz_rounds)};
  if (options.cassettes) child.arguments.push_back(options.cassettes->string());
  child.environment = {"PATH=/usr/bin:/bin",
                       "HOME=" + playground.home().string(),
                       // Else what is freed counts as used where a thread keeps it for itself.
                       "GLIBC_TUNABLES=glibc.malloc.tcache_count=0",
                       std::string(canary_variable) + "=" + playground.secret()};
  child.folder = playground.folder();
  child.time_max = options.time_max;
  return run_in_child(child);
}

}  // namespace

bool CheckReport::holds() const {
  return std::none_of(results.begin(), results.end(), [](const CheckResult& result) {
    return is_broken(result.finding);
  });
}

Result<CheckReport> check_plugin(const CheckOptions& given,
                                 const std::function<void(const CheckResult&)>& on_result) {
  const std::vector<const Check*> checks = PATCHBAY_TRY(chosen(given.only));
  const CheckOptions options = PATCHBAY_TRY(settled_options(given));
  const Playground playground = PATCHBAY_TRY(Playground::create());

  CheckReport report;
  for (const Check* check : checks) {
    CheckResult result;
    result.check = check;
    const Clock::time_point start = Clock::now();
    const std::string why_not = obstacle(*check, report.results);
    if (!why_not.empty()) {
      result.finding = skipped(why_not);
    } else {
      result.finding = PATCHBAY_TRY(run_one(check->name, options, playground));
    }
    result.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    on_result(result);
    report.results.push_back(std::move(result));
  }
  report.level = options.only.empty() ? level_of(report.results) : 0;
  return report;
}

Result<std::string> write_missing_transcripts(const CheckOptions& given) {
  const CheckOptions options = PATCHBAY_TRY(settled_options(given));
  const Playground playground = PATCHBAY_TRY(Playground::create());
  Finding finding = PATCHBAY_TRY(run_one(expected_writer.name, options, playground));
  if (finding.verdict == Verdict::Pass) return std::move(finding.detail);
  return Error{ErrorCode::Plugin,
               "no transcripts were written: " + finding.detail,
               "see `patchbay plugin check` for what is wrong with the plugin"};
}

}  // namespace patchbay::check
