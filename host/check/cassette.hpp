// Exchanges on disk, without secrets, with the transcript that they must give.
//
//   operation: image          lines up to the first reply: the question
//   adapter: example.acme     where the plugin has several
//   model: acme-1
//   prompt: a cat
//   param: size=1024x576
//   setting: image_api=chat
//   === 200 content-type=application/json|retry-after=7
//   the body, byte for byte, up to the line feed before the next "===" line or the end of the file
//
// A line that begins with # is for people. A status of 0: the host refuses to send the request.
// NAME.expected beside it is Transcript::text().
#pragma once

#include "core/base/result.hpp"
#include "host/check/question.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::check {

struct Cassette {
  std::string name;
  std::filesystem::path expected_path;  // the golden transcript beside it
  std::string adapter;                  // id; empty: the plugin's first
  Question question;
  std::vector<Reply> replies;
};

inline constexpr std::size_t cassette_size_max = std::size_t{64} << 20U;  // bytes
inline constexpr std::size_t cassettes_max = 10'000;                      // of one folder

[[nodiscard]] Result<Cassette> parse_cassette(std::string_view text);
// One file, or all of a folder by name. Errors: BadInput with the line that cannot be read.
[[nodiscard]] Result<std::vector<Cassette>> read_cassettes(const std::filesystem::path& path);
// Errors: BadInput where a body or a header cannot be told from what follows it.
[[nodiscard]] Result<std::string> write_cassette(const Cassette& cassette);

}  // namespace patchbay::check
