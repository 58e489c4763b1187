// `batch`: many images from a file of jobs.
#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "host/cli/batch_jobs.hpp"
#include "host/cli/batch_report.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/console.hpp"
#include "host/cli/context.hpp"
#include "host/cli/values.hpp"
#include "host/jobs/batch_run.hpp"
#include "host/jobs/telling.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchbay::cli {
namespace {

constexpr std::size_t concurrency_max = 64;
constexpr std::size_t problems_shown_max = 50;
constexpr std::int64_t rate_max = 100'000;  // requests in one unit of time

// "10/s", "30/m", "500/h": the time between two starts.
Result<std::chrono::microseconds> parse_rate(std::string_view text) {
  const std::string_view wanted = "a number of requests in a time, eg 10/s, 30/m or 500/h";
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return bad_value("--rate-limit", text, wanted);
  const std::string_view unit = text.substr(slash + 1);
  std::chrono::microseconds time{0};
  if (unit == "s") time = std::chrono::seconds(1);
  if (unit == "m" || unit == "min") time = std::chrono::minutes(1);
  if (unit == "h") time = std::chrono::hours(1);
  if (time.count() == 0) return bad_value("--rate-limit", text, wanted);
  constexpr NumberRange range{1, rate_max};
  return time / PATCHBAY_TRY(parse_number("--rate-limit", text.substr(0, slash), range));
}

Status refused(Console& console,
               std::string_view word,
               const std::vector<LineProblem>& problems,
               std::size_t jobs) {
  std::vector<Error> errors;
  for (const LineProblem& problem : problems) {
    errors.push_back(problem.error);
    if (errors.size() > problems_shown_max) continue;
    console.warning(std::string(word) + " " + std::to_string(problem.line) + ": " +
                    problem.error.message);
  }
  Error error = host::most_telling(errors);
  const auto told = std::ranges::find_if(problems, [&error](const LineProblem& problem) {
    return problem.error.code == error.code && problem.error.message == error.message;
  });
  error.message = std::to_string(problems.size()) + " of " + std::to_string(jobs) +
                  " jobs cannot be run, so none was started; " + std::string(word) + " " +
                  std::to_string(told->line) + ": " + error.message;
  return error;
}

class BatchCommand final : public Command {
 public:
  CommandWords words() const override {
    return {
        {"batch"},
        "Make the images of a file of jobs: a JSON array, JSON Lines or CSV",
        "  patchbay batch jobs.csv\n"
        "  patchbay batch jobs.jsonl --concurrency 8 --rate-limit 30/m --sidecar\n"
        "  patchbay batch jobs.json --resume --json\n"
        "A job has the options of `generate` as fields: prompt, output, provider, model, width,\n"
        "height, size, resolution, aspect_ratio, seed, count, input, param, timeout, out_dir,\n"
        "sidecar, convert, force. In CSV the first line names them:\n"
        "  prompt,width,height,output\n"
        "  \"a red bicycle, side view\",1024,768,bicycle.png\n"
        "Exits 0 where every job is done, 130 when interrupted, else with the code of the "
        "failure\nthat must be mended first: 8, 9, 4, 3, 6, 7, 2, 5, 1."};
  }

  std::vector<Option> options() override {
    return {{"FILE", "FILE", "The jobs; - is stdin", &file_},
            {"--concurrency", "N", "So many requests at once (4; 64 at most)", &concurrency_},
            {"--rate-limit", "N/TIME", "Start no more than so many, eg 10/s, 30/m", &rate_limit_},
            {"--resume", "", "Go on where an earlier run ended", &resume_},
            {"--journal", "FILE", "What was made, for --resume (FILE.journal)", &journal_},
            {"--provider", "NAME", "For jobs that name none", &defaults_.provider},
            {"--model", "ID", "For jobs that name none", &defaults_.model},
            {"--out-dir",
             "DIR",
             "For jobs without output: here, under chosen names",
             &defaults_.directory},
            {"--convert", "", "As of `generate`, for all jobs", &defaults_.convert},
            {"--sidecar", "", "As of `generate`, for all jobs", &defaults_.sidecar},
            {"--force",
             "",
             "Replace files that exist, and begin anew where there is a journal",
             &defaults_.force}};
  }

  Status run(Context& context) override {
    host::BatchOptions options = PATCHBAY_TRY(batch_options());
    const std::string text = PATCHBAY_TRY(read_text());
    const host::BatchFile file = PATCHBAY_TRY(host::read_batch(text));
    defaults_.numbering = file.numbering;
    if (*file_ != "-") defaults_.own_files.emplace_back(*file_);
    if (const auto name = journal_name()) defaults_.own_files.push_back(*name);
    defaults_.stem = *file_ == "-" ? "batch" : std::filesystem::path(*file_).stem().string();
    std::vector<LineProblem> problems;
    const std::vector<BatchLine> lines = lines_of(file, defaults_, problems);
    PATCHBAY_TRY(context.hold_interrupts());
    std::optional<host::BatchJournal> journal = PATCHBAY_TRY(open_journal());
    options.journal = journal ? &*journal : nullptr;
    check_lines(lines, defaults_, options.journal, context, problems);
    if (!problems.empty()) {
      return refused(context.console(),
                     host::word_for(defaults_.numbering),
                     problems,
                     file.rows.size() + file.problems.size());
    }
    return run_all(context, lines, std::move(options));
  }

 private:
  Result<host::BatchOptions> batch_options() const {
    host::BatchOptions options;
    constexpr NumberRange range{1, static_cast<std::int64_t>(concurrency_max)};
    if (concurrency_) {
      options.running_max = static_cast<std::size_t>(
          PATCHBAY_TRY(parse_number("--concurrency", *concurrency_, range)));
    }
    if (rate_limit_) options.interval = PATCHBAY_TRY(parse_rate(*rate_limit_));
    return options;
  }

  Result<std::string> read_text() const {
    if (!file_) {
      return Error{ErrorCode::Usage, "the file of jobs is missing", "see `patchbay batch --help`"};
    }
    if (*file_ != "-") return read_file(*file_, host::batch_file_size_max);
    if (resume_ && !journal_) {
      return Error{ErrorCode::Usage,
                   "--resume needs to know where the journal is",
                   "name it with --journal, in both runs"};
    }
    return read_stdin(host::batch_file_size_max);
  }

  // Empty: a batch from stdin, of which nobody keeps one.
  std::optional<std::filesystem::path> journal_name() const {
    if (journal_) return *journal_;
    if (*file_ == "-") return {};
    return *file_ + ".journal";
  }

  Result<std::optional<host::BatchJournal>> open_journal() const {
    std::optional<host::BatchJournal> journal;
    const auto name = journal_name();
    if (!name) return journal;
    host::JournalStart start = host::JournalStart::Fresh;
    if (defaults_.force) start = host::JournalStart::Anew;
    if (resume_) start = host::JournalStart::Continue;
    journal.emplace(PATCHBAY_TRY(host::BatchJournal::open(*name, start)));
    return journal;
  }

  // What the same command needs to go on.
  std::string way_on() const {
    if (*file_ == "-" && !journal_) return "a batch from stdin cannot go on without --journal";
    return "go on with: patchbay batch " + *file_ + (journal_ ? " --journal " + *journal_ : "") +
           " --resume";
  }

  Status run_all(Context& context,
                 const std::vector<BatchLine>& lines,
                 host::BatchOptions options) {
    Console& console = context.console();
    const std::string word(host::word_for(defaults_.numbering));
    options.on_result = [&console, word](const host::BatchResult& result) {
      if (!result.error) return;
      console.warning(word + " " + std::to_string(result.line) + ": " + result.error->message);
    };
    std::vector<host::BatchResult> results;
    bool is_cancelled = false;
    const host::BatchRun* run = nullptr;
    host::Losses losses_before;
    if (options.journal != nullptr) losses_before = options.journal->losses_before();
    const auto bar = [&run] {
      return run == nullptr ? std::string("Starting") : progress_bar(run->counts());
    };
    const auto work =
        [&](host::Host& host, host::Runner& runner, const std::function<void()>& finished) {
          auto started = std::make_unique<host::BatchRun>(
              host::BatchRun::Dependencies{host.loop(), runner, host.clock()},
              jobs_of(context, lines),
              std::move(options),
              [&results, &is_cancelled, &run, finished] {
                results = run->results();
                is_cancelled = run->is_cancelled();
                finished();
              });
          run = started.get();
          return started;
        };
    PATCHBAY_TRY(context.drive(bar, work));
    const BatchSummary summary{results, losses_before, word};
    console.document(document_of(summary));
    print_summary(console, summary);
    return judged(results, is_cancelled);
  }

  static std::vector<host::BatchJob> jobs_of(Context& context,
                                             const std::vector<BatchLine>& lines) {
    std::vector<host::BatchJob> jobs;
    for (const BatchLine& line : lines) {
      host::BatchJob& job = jobs.emplace_back();
      job.line = line.line;
      job.id = line.id;
      job.count = line.count;
      job.prepare = [&context, &line] { return routed(line, context); };
    }
    return jobs;
  }

  static Result<host::ImageJobInput> routed(const BatchLine& line, Context& context) {
    host::ImageJobInput input = PATCHBAY_TRY(input_of(line, context));
    // Nobody looks on: rather wait until a limit is over than fail all jobs that come by then.
    const host::Host& host = *PATCHBAY_TRY(context.host());
    host::Request& request = input.request;
    request.patience = request.deadline.value_or(host.deadline_of(request.operation)) / 2;
    PATCHBAY_TRY(context.route(request, input.candidates));
    return input;
  }

  Status judged(const std::vector<host::BatchResult>& results, bool is_cancelled) const {
    std::vector<Error> errors;
    std::size_t done = 0;
    for (const host::BatchResult& result : results) {
      if (result.error) errors.push_back(*result.error);
      const bool is_done =
          result.state == host::BatchState::Done || result.state == host::BatchState::DoneBefore;
      done += is_done ? 1 : 0;
    }
    const std::string total = " of " + std::to_string(results.size()) + " jobs ";
    if (is_cancelled && done < results.size()) {
      return Error{ErrorCode::Cancelled,
                   "interrupted; " + std::to_string(done) + total + "are done",
                   way_on()};
    }
    if (errors.empty()) return {};
    Error error = host::most_telling(errors);
    error.message = std::to_string(errors.size()) + total + "failed; the worst: " + error.message;
    if (describe(error.code).retry == Retry::Later) error.hint = way_on();
    return error;
  }

  std::optional<std::string> file_;
  std::optional<std::string> concurrency_;
  std::optional<std::string> rate_limit_;
  std::optional<std::string> journal_;
  bool resume_ = false;
  BatchDefaults defaults_;
};

}  // namespace

void add_batch_commands(CommandList& list) {
  list.push_back(std::make_unique<BatchCommand>());
}

}  // namespace patchbay::cli
