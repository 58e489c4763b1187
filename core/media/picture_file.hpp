// Writing a Picture as a file, one function per format and its library.
#pragma once

#include "core/base/result.hpp"
#include "core/media/encode.hpp"

#include <string>

namespace patchbay::media {

[[nodiscard]] Result<std::string> make_png(const PictureOptions& options);
[[nodiscard]] Result<std::string> make_jpeg(const PictureOptions& options);

}  // namespace patchbay::media
