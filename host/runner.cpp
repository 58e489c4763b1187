#include "host/runner.hpp"

#include "host/run.hpp"

#include <utility>

namespace patchbay::host {

std::unique_ptr<RunningRequest> Runner::start(Request request,
                                              std::vector<Candidate> candidates,
                                              SinkSource sinks,
                                              Done done,
                                              AttemptWatch watch) {
  RunInput input;
  input.request = std::move(request);
  input.candidates = std::move(candidates);
  input.sinks = std::move(sinks);
  input.done = std::move(done);
  input.watch = std::move(watch);
  auto run = std::make_unique<Run>(dependencies_, std::move(input));
  run->start();
  return run;
}

std::unique_ptr<RunningRequest> Runner::check_credential(Candidate candidate,
                                                         SecretBytes credential,
                                                         std::chrono::milliseconds deadline,
                                                         Done done) {
  RunInput input;
  input.request.operation = Operation::Verify;
  input.request.provider = candidate.provider.name;
  input.request.deadline = deadline;
  candidate.key.reset();
  input.candidates.push_back(std::move(candidate));
  input.unstored_credential = std::move(credential);
  input.done = std::move(done);
  // Shared: std::function wants to be copied; the sink belongs to this one request.
  const auto sink = std::make_shared<ModelsSink>();
  input.sinks = [sink]() -> Result<Sink*> { return sink.get(); };
  auto run = std::make_unique<Run>(dependencies_, std::move(input));
  run->start();
  return run;
}

}  // namespace patchbay::host
