// Writes pictures into the directory that is given, for pictures_decode_test.py to open.
#include "core/base/file.hpp"
#include "core/media/encode.hpp"

#include <cstdio>
#include <filesystem>

int main(int argument_count, char** arguments) {
  using namespace patchbay;
  if (argument_count != 2) return 2;
  for (const auto format : {media::ImageFormat::Png, media::ImageFormat::Jpeg}) {
    for (const auto& [width, height] : {std::pair{1U, 1U}, {320U, 200U}, {1376U, 768U}}) {
      for (const std::uint64_t size : {0U, 2'500'000U}) {
        const auto picture = media::make_picture(
            {.format = format, .width = width, .height = height, .seed = 3, .size_bytes = size});
        if (!picture.ok()) return 1;
        const std::string name = std::to_string(width) + "x" + std::to_string(height) + "_" +
                                 std::to_string(size) + std::string(media::suffix_of(format));
        const Status written = write_file(
            std::filesystem::path(arguments[1]) / name, picture.value(), 0600, IfExists::Fail);
        if (!written.ok()) {
          std::fprintf(stderr, "%s\n", written.error().message.c_str());
          return 1;
        }
      }
    }
  }
  return 0;
}
