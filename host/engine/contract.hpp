// What an adapter hands out, checked before anything reads it. An adapter in this process can still
// crash it; these checks catch mistakes, not malice.
#pragma once

#include "core/base/result.hpp"
#include <patchbay/plugin.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace patchbay::host {

inline constexpr std::uint64_t action_text_size_max = std::uint64_t{64} << 10U;  // of a string
inline constexpr std::uint64_t request_header_count_max = 64;
inline constexpr std::uint64_t request_segment_count_max = 10'000;
inline constexpr std::uint64_t request_literal_size_max = std::uint64_t{8} << 20U;  // in all
inline constexpr std::uint64_t part_piece_size_max = std::uint64_t{1} << 30U;

// "broke its contract: …", as an Error of code Plugin.
[[nodiscard]] Error contract_error(std::string what);

// The payload of an action whose kind says that it has one: present, of a size that this host can
// read, and without a null pointer where there should be bytes. Unknown kinds pass.
[[nodiscard]] Status check_payload(const patchbay_action& action);

}  // namespace patchbay::host
