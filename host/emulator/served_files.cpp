#include "host/emulator/served_files.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::emulator {

std::string ServedFiles::add(std::shared_ptr<const std::string> bytes, media::ImageFormat format) {
  const std::string_view ending = format == media::ImageFormat::Jpeg ? ".jpg" : ".png";
  std::string name = std::to_string(++last_) + std::string(ending);
  files_.push_back({.name = name, .bytes = std::move(bytes), .format = format});
  if (files_.size() > count_max) files_.pop_front();
  return name;
}

Reply ServedFiles::serve(std::string_view name) const {
  const auto found = std::find_if(
      files_.begin(), files_.end(), [&](const File& file) { return file.name == name; });
  if (found == files_.end()) return make_reply(404, "text/plain", "there is no such file\n");
  return make_reply(200, media::mime_of(found->format), *found->bytes);
}

}  // namespace patchbay::emulator
