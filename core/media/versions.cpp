#include "core/media/versions.hpp"

#include <cstdio>  // jpeglib.h needs it
#include <jpeglib.h>
#include <png.h>

namespace patchbay::media {

std::vector<LibraryVersion> library_versions() {
  // libjpeg has no function that tells its version; the number is that of its interface.
  return {{"libpng", png_get_libpng_ver(nullptr), PNG_LIBPNG_VER_STRING},
          {"libjpeg", "interface " + std::to_string(JPEG_LIB_VERSION), {}}};
}

}  // namespace patchbay::media
