#include "host/engine/engine.hpp"

#include "host/engine/attempt.hpp"

#include <utility>

namespace patchbay::host {

Engine::Engine(const EngineDependencies& dependencies, const EngineLimits& limits)
    : dependencies_(dependencies), limits_(limits) {}

std::unique_ptr<RunningAttempt> Engine::start(AttemptInput input,
                                              std::function<void(AttemptOutcome)> done) {
  auto attempt =
      std::make_unique<DrivenAttempt>(dependencies_, limits_, std::move(input), std::move(done));
  attempt->start();
  return attempt;
}

}  // namespace patchbay::host
