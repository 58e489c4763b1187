// A batch under way: its jobs, so many at once, each ending as it may.
#pragma once

#include "host/jobs/batch_journal.hpp"
#include "host/jobs/image_job.hpp"
#include "host/jobs/losses.hpp"
#include "host/jobs/start_gate.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace patchbay::host {

struct BatchJob {
  std::size_t line = 0;   // of the file
  std::string id;         // the same for the same job in another run
  std::size_t count = 1;  // of images
  // Opens inputs and finds the candidates, when the job's turn comes: there may be more jobs than
  // files can be open at once.
  std::function<Result<ImageJobInput>()> prepare;
};

enum class BatchState : std::uint8_t { NotDone, DoneBefore, Done, Failed };

struct BatchResult {
  std::size_t line = 0;
  BatchState state = BatchState::NotDone;
  std::vector<MadeImage> images;  // of this run
  std::size_t images_before = 0;  // of an earlier run, and still there
  std::string provider;
  std::string model;
  Usage usage;
  Losses losses;                      // of this run
  std::vector<std::string> mappings;  // what was made of a size
  std::chrono::milliseconds duration{0};
  std::optional<Error> error;  // of Failed
};

struct BatchCounts {
  std::size_t jobs = 0;
  std::size_t done = 0;  // before or now
  std::size_t failed = 0;
};

struct BatchOptions {
  std::size_t running_max = job_requests_at_once;     // requests at once
  std::chrono::microseconds interval{0};              // between two starts
  BatchJournal* journal = nullptr;                    // may be null; outlives the run
  std::function<void(const BatchResult&)> on_result;  // may be empty
};

class BatchRun final : public RunningRequest {
 public:
  struct Dependencies {
    net::EventLoop& loop;
    Runner& runner;
    const Clock& clock;
  };
  using Done = std::function<void()>;

  // `done` is called once, from the loop.
  BatchRun(const Dependencies& dependencies,
           std::vector<BatchJob> jobs,
           BatchOptions options,
           Done done);
  BatchRun(const BatchRun&) = delete;
  BatchRun& operator=(const BatchRun&) = delete;
  ~BatchRun() override = default;

  // What is under way is given up, the rest not started.
  void cancel() override;
  [[nodiscard]] std::uint64_t bytes_received() const override;

  [[nodiscard]] const BatchCounts& counts() const { return counts_; }
  [[nodiscard]] bool is_cancelled() const { return cancelled_; }
  // In the order of the file.
  [[nodiscard]] const std::vector<BatchResult>& results() const { return results_; }

 private:
  void start_some();
  void start(std::size_t index);
  [[nodiscard]] Status launch(std::size_t index);
  void keep_journal(const BatchJob& job, ImageJobInput& input);
  void note_loss(const BatchResult& result);
  void settle(std::size_t index, const ImageJobReport& report);
  void end(std::size_t index);
  void look_again();

  Dependencies dependencies_;
  std::vector<BatchJob> jobs_;
  BatchOptions options_;
  Done done_;
  StartGate gate_;
  std::vector<BatchResult> results_;
  std::map<std::size_t, std::unique_ptr<ImageJob>> running_;  // by index; dropped before the gate
  std::size_t next_ = 0;
  bool cancelled_ = false;
  std::optional<Error> journal_error_;  // once it could not be kept, nothing more is begun
  bool may_lack_room_ = false;          // an image that was paid for could not be written
  std::uint64_t image_size_max_ = 0;    // bytes, of the images so far
  BatchCounts counts_;
  std::uint64_t bytes_of_ended_ = 0;
  net::EventLoop::Timer timer_;
};

}  // namespace patchbay::host
