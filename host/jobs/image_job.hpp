// One or more images of the same words: in one request where the model can, else in several side by
// side. What was made is kept, whatever befalls the rest.
#pragma once

#include "core/base/clock.hpp"
#include "core/net/event_loop.hpp"
#include "host/jobs/image_place.hpp"
#include "host/jobs/losses.hpp"
#include "host/jobs/start_gate.hpp"
#include "host/request.hpp"
#include "host/router/router.hpp"
#include "host/runner.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace patchbay::host {

inline constexpr std::size_t job_images_max = 64;       // of one job
inline constexpr std::size_t job_requests_at_once = 4;  // where nobody says otherwise

struct ImageJobInput {
  Request request;                    // with its deadline, and without "count"
  std::vector<Candidate> candidates;  // at least one
  ImagePlace place;
  std::size_t count = 1;              // of images
  std::vector<std::size_t> finished;  // numbers of those that are there already, ascending
  // Told of each request, by the number of its first image, before it is sent: where that fails, it
  // is not; and when it is over, with what was lost by it. May be empty.
  std::function<Status(std::size_t first)> begin;
  std::function<void(std::size_t first, const Losses& losses)> over;
  // Told of each image just before it appears. May be empty.
  std::function<Status(const SavedImage&, std::size_t number)> announce;
  // Puts a sink of the caller's around that of an attempt. May be empty.
  std::function<Sink*(Sink&)> wrap;
};

struct MadeImage {
  std::size_t number = 1;  // 1 to count
  SavedImage image;
  std::filesystem::path sidecar;  // empty: none
  std::size_t run = 0;            // into ImageJobReport::runs
};

struct MadeRun {
  RunReport report;
  std::string text;  // the provider's words beside the images
};

struct JobFailure {
  std::size_t first = 1;  // number of the first image that is missing for it
  std::size_t count = 1;
  Error error;
};

struct ImageJobReport {
  std::size_t asked = 1;          // images that this job was to make
  std::vector<MadeImage> images;  // by number
  std::vector<MadeRun> runs;      // requests that were answered whole, by number of their images
  std::vector<JobFailure> failures;
  std::size_t not_tried = 0;  // images that were not asked for, after what befalls all
  Losses losses;
  std::chrono::milliseconds duration{0};

  // Success only where every image is there; else the most telling failure, with how many there
  // are in its message where more than one was asked for.
  [[nodiscard]] Status status() const;
};

struct ImageJobDependencies {
  net::EventLoop& loop;
  Runner& runner;
  StartGate& gate;
  const Clock& clock;
};

// Lives on the loop's thread. Dropping it cancels it without a word.
class ImageJob final : public RunningRequest {
 public:
  using Done = std::function<void(ImageJobReport)>;

  // `done` is called once, from the loop.
  ImageJob(const ImageJobDependencies& dependencies, ImageJobInput input, Done done);
  ImageJob(const ImageJob&) = delete;
  ImageJob& operator=(const ImageJob&) = delete;
  ~ImageJob() override = default;

  void cancel() override;
  [[nodiscard]] std::uint64_t bytes_received() const override;

 private:
  // One request.
  struct Part {
    ImageRange range;
    Request request;
    std::unique_ptr<RequestOutput> output;
    StartGate::Ticket ticket;
    std::unique_ptr<RunningRequest> running;
    bool over = false;
    Losses losses;
    std::optional<MadeRun> run;
    std::vector<MadeImage> images;
    std::optional<Error> error;
  };

  void divide();
  void add_part(const ImageRange& range);
  [[nodiscard]] Request request_for(const ImageRange& range) const;
  [[nodiscard]] std::vector<Candidate> candidates_for(const ImageRange& range) const;
  void start(Part& part);
  void send(Part& part);
  void settle(Part& part, Result<RunReport> result);
  [[nodiscard]] Status keep(Part& part, const RunReport& report);
  [[nodiscard]] Status describe(const Part& part, const RunReport& report, MadeImage& made) const;
  void end(Part& part);
  void give_up_waiting();
  void finish();
  [[nodiscard]] ImageJobReport report();

  ImageJobDependencies dependencies_;
  ImageJobInput input_;
  Done done_;
  std::chrono::steady_clock::time_point started_;
  std::vector<std::unique_ptr<Part>> parts_;
  std::size_t left_ = 0;
  bool cancelled_ = false;
  std::uint64_t bytes_of_ended_ = 0;
  net::EventLoop::Timer finish_timer_;
};

}  // namespace patchbay::host
