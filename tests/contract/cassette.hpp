// Cassettes and recorded traffic, as tests find them. The format: host/check/cassette.hpp.
#pragma once

#include "host/check/cassette.hpp"
#include "tests/contract/session_player.hpp"

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace patchbay::check {

// How a failing test names it.
void PrintTo(const Cassette& cassette,
             std::ostream* out);  // NOLINT(readability-identifier-naming): gtest's

}  // namespace patchbay::check

namespace patchbay::contract {

// All of a folder, by name. Throws where one cannot be read.
[[nodiscard]] std::vector<Cassette> read_cassettes(const std::filesystem::path& folder);

[[nodiscard]] std::string read_whole_file(const std::filesystem::path& path);

// What PATCHBAY_FIXTURES holds of a provider; empty where there is nothing.
[[nodiscard]] std::filesystem::path fixture_folder(const std::string& provider);

// Where PATCHBAY_SOURCE_DIR says the source tree is.
[[nodiscard]] std::filesystem::path source_folder();

}  // namespace patchbay::contract
