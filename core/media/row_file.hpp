// One image file as rows of red, green and blue: what convert() reads from one library and writes
// to another.
#pragma once

#include "core/base/result.hpp"
#include "core/media/convert.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace patchbay::media {

struct RowShape {
  std::uint32_t width = 0;   // pixels
  std::uint32_t height = 0;  // pixels
};

// start() once, then each row from the top: width × 3 bytes.
class RowReader {
 public:
  virtual ~RowReader() = default;
  [[nodiscard]] virtual Result<RowShape> start() = 0;
  [[nodiscard]] virtual Status read(std::span<std::uint8_t> row) = 0;
};

// start() once, then each row from the top, then finish().
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  [[nodiscard]] virtual Status start(const RowShape& shape) = 0;
  [[nodiscard]] virtual Status write(std::span<const std::uint8_t> row) = 0;
  [[nodiscard]] virtual Status finish() = 0;
};

// The conversion outlives them.
[[nodiscard]] std::unique_ptr<RowReader> png_reader(const Conversion& conversion);
[[nodiscard]] std::unique_ptr<RowWriter> png_writer(const Conversion& conversion);
[[nodiscard]] std::unique_ptr<RowReader> jpeg_reader(const Conversion& conversion);
[[nodiscard]] std::unique_ptr<RowWriter> jpeg_writer(const Conversion& conversion);

// Errors: BadInput where there are too many pixels.
[[nodiscard]] Status check_shape(const RowShape& shape);
[[nodiscard]] Error damaged(std::string_view format, std::string_view why);

}  // namespace patchbay::media
