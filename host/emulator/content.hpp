// What the answers of all providers say and show, with the faults that spoil it.
#pragma once

#include "host/emulator/body.hpp"
#include "host/emulator/fault.hpp"
#include "host/emulator/picture_store.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace patchbay::emulator {

inline constexpr std::string_view no_picture_text =
    "I can describe a banana, but I will not draw one just now.";

// Of a 429 whose fault names no time.
inline constexpr std::chrono::milliseconds rate_wait_default{1500};

// The answer to a prompt that wants no image.
[[nodiscard]] std::string chat_text(std::string_view prompt);

// The file of a picture, or what the faults put in its place. Shared, as the store has it.
[[nodiscard]] Result<std::shared_ptr<const std::string>> picture_file(
    const media::PictureOptions& options, const FaultSet& faults, PictureStore& pictures);
// Its base64, which faults may spoil too.
[[nodiscard]] Result<Body> picture_base64(const media::PictureOptions& options,
                                          const FaultSet& faults,
                                          PictureStore& pictures);

// The end of the `index`th of `count` pieces of the text, never within a character.
[[nodiscard]] std::size_t piece_end(std::string_view text, std::size_t index, std::size_t count);

// FNV-1a: other prompts, other pictures, and the same ones everywhere.
[[nodiscard]] std::uint64_t hash_of(std::string_view text);

}  // namespace patchbay::emulator
