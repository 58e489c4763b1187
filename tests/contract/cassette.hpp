// Made-up exchanges on disk, with the transcript that they must give.
//
//   operation: image          lines up to the first reply: the question
//   model: gemini-3.1-flash-image
//   param: size=1024x576
//   === 200 content-type=application/json|retry-after=7
//   the body, byte for byte, up to the line feed before the next "===" line or the end of the file
#pragma once

#include "tests/contract/session_player.hpp"

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace patchbay::contract {

struct Cassette {
  std::string name;
  std::filesystem::path expected_path;  // the golden transcript beside it
  Question question;
  std::vector<Reply> replies;
};

// How a failing test names it.
void PrintTo(const Cassette& cassette,
             std::ostream* out);  // NOLINT(readability-identifier-naming): gtest's

// All of a folder, by name. Throws where one cannot be read.
[[nodiscard]] std::vector<Cassette> read_cassettes(const std::filesystem::path& folder);

[[nodiscard]] std::string read_whole_file(const std::filesystem::path& path);

// What PATCHBAY_FIXTURES holds of a provider; empty where there is nothing.
[[nodiscard]] std::filesystem::path fixture_folder(const std::string& provider);

// Where PATCHBAY_SOURCE_DIR says the source tree is.
[[nodiscard]] std::filesystem::path source_folder();

}  // namespace patchbay::contract
