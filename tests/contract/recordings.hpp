// Recorded answers of real providers, where they are at hand: PATCHBAY_FIXTURES.
#pragma once

#include "tests/contract/session_player.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace patchbay::contract {

struct Recorded {
  std::string name;  // of letters, digits and '_'
  Question question;
  Reply reply;
};
void PrintTo(const Recorded& recorded, std::ostream* out);

// Every answer in these folders, sorted by name: files of one response (.response.json,
// .response.sse), streams with an event's data in each line (.chunks.txt), and collections of
// answers within one document. `folders` has a space between two of them.
[[nodiscard]] std::vector<Recorded> recordings_in(const std::string& folders);

}  // namespace patchbay::contract
