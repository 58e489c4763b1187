// Pictures that were made already, for requests that ask for the same again.
#pragma once

#include "core/media/encode.hpp"

#include <cstdint>
#include <list>
#include <memory>
#include <string>

namespace patchbay::emulator {

class PictureStore {
 public:
  static constexpr std::size_t count_max = 8;  // the ones used last are kept

  // Shared with the answers that show it, which may outlast its place here.
  [[nodiscard]] Result<std::shared_ptr<const std::string>> picture(
      const media::PictureOptions& options);

 private:
  struct Entry {
    media::PictureOptions options;
    std::shared_ptr<const std::string> file;
  };

  std::list<Entry> entries_;  // the one used last first
};

}  // namespace patchbay::emulator
