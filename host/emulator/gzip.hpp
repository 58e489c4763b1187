// Two things in the gzip format, for answers that should not have been compressed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace patchbay::emulator {

// Stored blocks, which every decoder reads.
[[nodiscard]] std::string gzip(std::string_view text);
// About `size` bytes that unpack to some 159 times as many zeros; the checksum at the end is wrong.
[[nodiscard]] std::string gzip_bomb(std::size_t size);

}  // namespace patchbay::emulator
