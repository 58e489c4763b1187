// A file of jobs: a JSON array, JSON Lines, or CSV with a line of names first.
#pragma once

#include "core/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::host {

inline constexpr std::size_t batch_file_size_max = std::size_t{64} << 20U;  // bytes
inline constexpr std::size_t batch_jobs_max = 10'000;
inline constexpr std::size_t batch_values_max = 256;  // of one job

// "width" and "1024". What may be given several times stands there several times.
struct BatchField {
  std::string name;  // lower case, with '_' for '-'
  std::string value;

  friend bool operator==(const BatchField&, const BatchField&) = default;
};

struct BatchRow {
  std::size_t line = 0;  // where it begins, from 1; see BatchNumbering
  std::vector<BatchField> fields;

  friend bool operator==(const BatchRow&, const BatchRow&) = default;
};

struct BatchProblem {
  std::size_t line = 0;
  std::string message;
};

// What the numbers of rows and problems count. Where several jobs share a line, it is the jobs.
enum class BatchNumbering : std::uint8_t { Lines, Jobs };
[[nodiscard]] std::string_view word_for(BatchNumbering numbering);  // "line" or "job"

struct BatchFile {
  BatchNumbering numbering = BatchNumbering::Lines;
  std::vector<BatchRow> rows;
  std::vector<BatchProblem> problems;  // rows that could not be read, each with its line
};

// Which of the three it is shows in its first character: '[', '{', or anything else. Numbers,
// booleans and the elements of lists become text; null and empty cells are as if not given. An
// object of parameters, or CSV columns "param.NAME", become fields "param" of "NAME=value". Errors:
// BadInput, where the file as a whole is none of them, or holds too many jobs.
[[nodiscard]] Result<BatchFile> read_batch(std::string_view text);

}  // namespace patchbay::host
