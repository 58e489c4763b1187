#include "host/emulator/picture_store.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace patchbay::emulator {
namespace {

auto key_of(const media::PictureOptions& options) {
  return std::tie(options.format, options.width, options.height, options.seed, options.size_bytes);
}

}  // namespace

Result<std::shared_ptr<const std::string>> PictureStore::picture(
    const media::PictureOptions& options) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return key_of(entry.options) == key_of(options);
  });
  if (found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
    return entries_.front().file;
  }
  auto file = std::make_shared<const std::string>(PATCHBAY_TRY(media::make_picture(options)));
  entries_.push_front({.options = options, .file = std::move(file)});
  if (entries_.size() > count_max) entries_.pop_back();
  return entries_.front().file;
}

}  // namespace patchbay::emulator
