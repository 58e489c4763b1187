#include "host/jobs/batch_run.hpp"

#include "host/jobs/usage_sum.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace patchbay::host {
namespace {

constexpr std::uint64_t room_min = std::uint64_t{8} << 20U;  // bytes, for an image

// All that is told of a job; the rest of a report would be too much to keep for each.
void take(const ImageJobReport& report, BatchResult& result) {
  result.images = report.images;
  result.duration = report.duration;
  result.losses = report.losses;
  for (const MadeRun& run : report.runs) {
    result.provider = run.report.candidate.provider.name;
    result.model = run.report.candidate.model;
    add_usage(result.usage, run.report.outcome.usage);
    for (const auto& [name, value] : run.report.outcome.meta) {
      const bool is_new = std::ranges::find(result.mappings, value) == result.mappings.end();
      if (name == "mapping" && is_new) result.mappings.push_back(value);
    }
  }
}

}  // namespace

BatchRun::BatchRun(const Dependencies& dependencies,
                   std::vector<BatchJob> jobs,
                   BatchOptions options,
                   Done done)
    : dependencies_(dependencies),
      jobs_(std::move(jobs)),
      options_(std::move(options)),
      done_(std::move(done)),
      gate_(dependencies.loop, {options_.running_max, options_.interval}) {
  counts_.jobs = jobs_.size();
  for (const BatchJob& job : jobs_) {
    BatchResult& result = results_.emplace_back();
    result.line = job.line;
  }
  look_again();
}

// From the loop: a job may be in the middle of reporting.
void BatchRun::look_again() {
  timer_ = dependencies_.loop.after(std::chrono::milliseconds(0), [this] { start_some(); });
}

// One at a time, so that ^C and the progress come in between, also where all were made before.
void BatchRun::start_some() {
  const bool is_more = !cancelled_ && next_ < jobs_.size();
  if (is_more && running_.size() < options_.running_max) {
    start(next_++);
    look_again();
    return;
  }
  if (is_more || !running_.empty()) return;
  const Done done = std::move(done_);
  if (done) done();
}

void BatchRun::start(std::size_t index) {
  const Status launched = launch(index);
  if (launched.ok()) return;
  results_[index].state = BatchState::Failed;
  results_[index].error = launched.error();
  end(index);
}

Status BatchRun::launch(std::size_t index) {
  const BatchJob& job = jobs_[index];
  std::vector<std::size_t> finished;
  if (options_.journal != nullptr) finished = options_.journal->finished(job.id);
  std::erase_if(finished, [&job](std::size_t number) { return number == 0 || number > job.count; });
  results_[index].images_before = finished.size();
  if (finished.size() == job.count) {
    results_[index].state = BatchState::DoneBefore;
    end(index);
    return {};
  }
  if (journal_error_) return *journal_error_;
  ImageJobInput input = PATCHBAY_TRY(job.prepare());
  if (may_lack_room_)
    PATCHBAY_TRY(check_room(input.place, std::max(room_min, 2 * image_size_max_)));
  input.finished = std::move(finished);
  if (options_.journal != nullptr) keep_journal(job, input);
  running_[index] = std::make_unique<ImageJob>(
      ImageJobDependencies{dependencies_.loop, dependencies_.runner, gate_, dependencies_.clock},
      std::move(input),
      [this, index](const ImageJobReport& report) { settle(index, report); });
  return {};
}

// An image that was paid for appears also where the journal has no room to say so.
void BatchRun::keep_journal(const BatchJob& job, ImageJobInput& input) {
  const auto keep = [this](const Status& status) {
    if (!status.ok() && !journal_error_) journal_error_ = status.error();
  };
  input.begin = [this, &job](std::size_t first) -> Status {
    if (journal_error_) return *journal_error_;
    return options_.journal->begin(job.id, first);
  };
  input.over = [this, &job, keep](std::size_t first, const Losses& losses) {
    keep(options_.journal->over(job.id, first, losses));
  };
  input.announce = [this, &job, keep](const SavedImage& image, std::size_t number) -> Status {
    keep(options_.journal->note(job.id, number, image));
    return {};
  };
}

// Where there was no room for one image there is none for the next, and each would be paid for.
void BatchRun::note_loss(const BatchResult& result) {
  for (const MadeImage& made : result.images)
    image_size_max_ = std::max(image_size_max_, made.image.size);
  if (result.error && result.error->code == ErrorCode::Output && !result.losses.empty())
    may_lack_room_ = true;
}

void BatchRun::settle(std::size_t index, const ImageJobReport& report) {
  BatchResult& result = results_[index];
  take(report, result);
  const Status status = report.status();
  if (status.ok()) {
    result.state = BatchState::Done;
  } else if (status.error().code != ErrorCode::Cancelled || !cancelled_) {
    result.state = BatchState::Failed;
    result.error = status.error();
  }
  note_loss(result);
  const auto job = running_.find(index);
  bytes_of_ended_ += job->second->bytes_received();
  running_.erase(job);
  end(index);
  look_again();
}

void BatchRun::end(std::size_t index) {
  const BatchResult& result = results_[index];
  if (result.state == BatchState::Failed) ++counts_.failed;
  if (result.state == BatchState::Done || result.state == BatchState::DoneBefore) ++counts_.done;
  if (options_.on_result) options_.on_result(result);
}

void BatchRun::cancel() {
  if (cancelled_) return;
  cancelled_ = true;
  for (const auto& [index, job] : running_) job->cancel();
  look_again();
}

std::uint64_t BatchRun::bytes_received() const {
  std::uint64_t bytes = bytes_of_ended_;
  for (const auto& [index, job] : running_) bytes += job->bytes_received();
  return bytes;
}

}  // namespace patchbay::host
