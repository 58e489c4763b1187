// One adapter on any answer: it keeps the ABI's contract, ends typed, and says the same
// however the answer is cut. The first byte chooses status, operation, stream and the image API.
#include "tests/contract/session_player.hpp"
#include "tests/fuzz/fuzz_check.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace {

using namespace patchbay::contract;  // NOLINT(google-build-using-namespace): the target's own words
using patchbay::contract::Question;
using patchbay::fuzz::require;

constexpr std::array<std::uint32_t, 4> statuses = {200, 400, 429, 503};

Transcript answer(std::uint8_t choice, const std::string& body, std::uint32_t seed) {
  Question question;
  question.operation = 1U + (choice & 3U);
  if ((choice & 4U) != 0) question.params.emplace_back("stream", "1");
  if ((choice & 8U) != 0) question.settings.emplace_back("image_api", "chat");
  Reply reply;
  reply.status = statuses[(choice >> 4U) & 3U];
  reply.body = body;
  Play how;
  if (seed != 0)
    how.chunk_size = [seed]() mutable {
      seed = seed * 1664525U + 1013904223U;
      return 1 + (seed >> 16U) % 9;
    };
  return play(*patchbay_plugin_v1(), question, {reply}, how);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Transcript whole = answer(data[0], body, 0);
  require(whole.violations.empty(), "the contract is broken");
  // A list that goes on, or a picture at an address: this target has no second answer.
  const bool asks_on = whole.requests.size() > 1;
  require(asks_on || whole.ending == Ending::Done || whole.ending == Ending::Failed, "no ending");
  require(answer(data[0], body, 3).text() == whole.text(), "the transcript depends on the cuts");
  return 0;
}
