#include "core/media/base64_encoder.hpp"

#include "core/media/base64_kernel.hpp"

#include <array>
#include <cassert>

namespace patchbay::media {

void base64_encode(std::span<const std::uint8_t> bytes, std::span<char> out) {
  assert(out.size() >= base64_size(bytes.size()));
  static const EncodeGroups encode_groups =
      encode_groups_avx2() != nullptr ? encode_groups_avx2() : encode_groups_scalar;
  const std::size_t done = encode_groups(bytes, out);
  const std::size_t left = bytes.size() - done;
  if (left == 0) return;

  std::array<std::uint8_t, 3> last{bytes[done], left == 2 ? bytes[done + 1] : std::uint8_t{0}, 0};
  const std::span<char> group = out.subspan(done / 3 * 4, 4);
  (void)encode_groups_scalar(last, group);
  group[3] = '=';
  if (left == 1) group[2] = '=';
}

}  // namespace patchbay::media
