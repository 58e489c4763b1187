// Pictures that an answer names by their address instead of showing them.
#pragma once

#include "host/emulator/picture_store.hpp"
#include "host/emulator/reply.hpp"
#include "host/emulator/routed_model.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace patchbay::emulator {

class ServedFiles {
 public:
  static constexpr std::size_t count_max = 64;  // the newest are kept

  // The name that the file has from now on: "1.png".
  [[nodiscard]] std::string add(std::shared_ptr<const std::string> bytes,
                                media::ImageFormat format);
  // 404 where there is none, or no longer.
  [[nodiscard]] Reply serve(std::string_view name) const;

 private:
  struct File {
    std::string name;
    std::shared_ptr<const std::string> bytes;  // shared with the picture store
    media::ImageFormat format;
  };

  std::deque<File> files_;
  std::uint64_t last_ = 0;
};

}  // namespace patchbay::emulator
