#include "host/jobs/image_job.hpp"

#include "host/jobs/sidecar.hpp"
#include "host/jobs/telling.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

namespace patchbay::host {
namespace {

// The same seed in each request would give the same image each time: they count up from it.
void shift_seed(Request& request, std::size_t by) {
  for (auto& [name, value] : request.params) {
    if (name != "seed" || by == 0) continue;
    std::uint64_t seed = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seed);
    if (error != std::errc() || end != value.data() + value.size()) continue;
    constexpr auto seed_max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (seed <= seed_max - by) value = std::to_string(seed + by);
  }
}

std::string images_of(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " image" : " images");
}

Error interrupted() {
  return Error{ErrorCode::Cancelled, "interrupted; the request was given up"};
}

}  // namespace

Status ImageJobReport::status() const {
  if (failures.empty()) return {};
  std::vector<Error> errors;
  errors.reserve(failures.size());
  for (const JobFailure& failure : failures) errors.push_back(failure.error);
  Error error = most_telling(errors);
  if (asked == 1) return error;
  const std::string made = images.empty() ? "none" : "only " + std::to_string(images.size());
  error.message = made + " of " + images_of(asked) + " were made: " + error.message;
  return error;
}

ImageJob::ImageJob(const ImageJobDependencies& dependencies, ImageJobInput input, Done done)
    : dependencies_(dependencies),
      input_(std::move(input)),
      done_(std::move(done)),
      started_(dependencies.clock.steady()) {
  divide();
  if (left_ == 0) finish();
  for (const auto& part : parts_) {
    Part* waiting = part.get();
    part->ticket = dependencies_.gate.wait([this, waiting] { start(*waiting); });
  }
}

// Runs of numbers that are still to make, each as long as one request may be.
void ImageJob::divide() {
  const Candidate& first = input_.candidates.front();
  const std::size_t length = first.adapter.manifest().images_max(first.model);
  const auto is_finished = [this](std::size_t number) {
    return std::ranges::binary_search(input_.finished, number);
  };
  for (std::size_t number = 1; number <= input_.count;) {
    ImageRange range{number, 0, input_.count + 1};
    while (number <= input_.count && range.count < length && !is_finished(number)) {
      ++range.count;
      ++number;
    }
    if (range.count > 0) add_part(range);
    if (number <= input_.count && is_finished(number)) ++number;
  }
  left_ = parts_.size();
}

void ImageJob::add_part(const ImageRange& range) {
  auto part = std::make_unique<Part>();
  part->range = range;
  part->request = request_for(range);
  part->output = std::make_unique<RequestOutput>(
      input_.place,
      range,
      [this, first = range.first](const SavedImage& image, std::size_t index) -> Status {
        return input_.announce ? input_.announce(image, first + index) : Status();
      });
  parts_.push_back(std::move(part));
}

Request ImageJob::request_for(const ImageRange& range) const {
  Request request = input_.request;
  shift_seed(request, range.first - 1);
  if (range.count > 1) request.params.emplace_back("count", std::to_string(range.count));
  return request;
}

// Those that can make as many at once; the first always can.
std::vector<Candidate> ImageJob::candidates_for(const ImageRange& range) const {
  std::vector<Candidate> candidates = input_.candidates;
  std::erase_if(candidates, [&range](const Candidate& candidate) {
    return candidate.adapter.manifest().images_max(candidate.model) < range.count;
  });
  return candidates;
}

void ImageJob::start(Part& part) {
  const Status begun = input_.begin ? input_.begin(part.range.first) : Status();
  if (begun.ok()) return send(part);
  part.error = begun.error();
  give_up_waiting();
  end(part);
}

void ImageJob::send(Part& part) {
  const auto sinks = [this, &part]() -> Result<Sink*> {
    Sink* sink = PATCHBAY_TRY(part.output->open_sink());
    return input_.wrap ? input_.wrap(*sink) : sink;
  };
  part.running = dependencies_.runner.start(
      part.request,
      candidates_for(part.range),
      sinks,
      [this, &part](Result<RunReport> result) { settle(part, std::move(result)); },
      [&part](const AttemptOutcome& outcome) { add_losses(part.losses, losses_of(outcome)); });
}

void ImageJob::settle(Part& part, Result<RunReport> result) {
  if (result.ok()) {
    bytes_of_ended_ += result.value().outcome.bytes_received;
    const Status kept = keep(part, result.value());
    // An answer over the network that could not be kept at all.
    const bool was_sent = result.value().outcome.latency_first.has_value();
    if (part.images.empty() && was_sent) add_losses(part.losses, {1, 0});
    part.run = MadeRun{std::move(result).value(), part.output->text()};
    if (!kept.ok()) part.error = kept.error();
  } else {
    part.error = std::move(result).error();
  }
  if (part.error && befalls_all(part.error->code)) give_up_waiting();
  if (input_.over) input_.over(part.range.first, part.losses);
  end(part);
}

Status ImageJob::describe(const Part& part, const RunReport& report, MadeImage& made) const {
  if (input_.place.sidecar == Sidecar::No) return {};
  const SidecarFacts facts{made.image, part.request, report, dependencies_.clock.unix_ms()};
  made.sidecar = PATCHBAY_TRY(write_sidecar(facts, input_.place));
  return {};
}

Status ImageJob::keep(Part& part, const RunReport& report) {
  Status status = part.output->commit();
  std::size_t number = part.range.first;
  for (const SavedImage& image : part.output->images()) {
    MadeImage made{number++, image, {}, 0};
    const Status described = describe(part, report, made);
    if (status.ok()) status = described;
    part.images.push_back(std::move(made));
  }
  if (!status.ok() || part.images.size() >= part.range.count) return status;
  return Error{ErrorCode::NoOutput,
               "the provider gave " + images_of(part.images.size()) + " where " +
                   std::to_string(part.range.count) + " were asked for"};
}

void ImageJob::end(Part& part) {
  if (part.over) return;
  part.over = true;
  part.running.reset();
  part.ticket = {};
  if (--left_ == 0) finish();
}

// They are told apart from those that failed by having no error.
void ImageJob::give_up_waiting() {
  for (const auto& part : parts_) {
    if (!part->over && part->running == nullptr) end(*part);
  }
}

void ImageJob::cancel() {
  if (cancelled_) return;
  cancelled_ = true;
  give_up_waiting();
  for (const auto& part : parts_) {
    if (part->running != nullptr) part->running->cancel();
  }
}

std::uint64_t ImageJob::bytes_received() const {
  std::uint64_t bytes = bytes_of_ended_;
  for (const auto& part : parts_) {
    if (part->running != nullptr) bytes += part->running->bytes_received();
  }
  return bytes;
}

// From the loop, and after the constructor returned.
void ImageJob::finish() {
  finish_timer_ = dependencies_.loop.after(std::chrono::milliseconds(0), [this] {
    const Done done = std::move(done_);
    done(report());
  });
}

ImageJobReport ImageJob::report() {
  ImageJobReport report;
  report.asked = input_.count - input_.finished.size();
  for (const auto& part : parts_) {
    add_losses(report.losses, part->losses);
    for (MadeImage& made : part->images) {
      made.run = report.runs.size();
      report.images.push_back(std::move(made));
    }
    if (part->run) report.runs.push_back(*std::move(part->run));
    const std::size_t made = std::min(part->images.size(), part->range.count);
    if (part->error) {
      report.failures.push_back(
          {part->range.first + made, part->range.count - made, *std::move(part->error)});
    } else if (!part->run) {
      report.not_tried += part->range.count;
    }
  }
  if (cancelled_ && report.failures.empty() && report.not_tried > 0)
    report.failures.push_back({1, report.not_tried, interrupted()});
  report.duration = std::chrono::duration_cast<std::chrono::milliseconds>(
      dependencies_.clock.steady() - started_);
  return report;
}

}  // namespace patchbay::host
