// Which version of a third-party library this program works with.
#pragma once

#include <string>

namespace patchbay {

struct LibraryVersion {
  std::string name;     // "SQLite"
  std::string running;  // of the library that is loaded
  std::string built;    // of the headers it was compiled with
};

}  // namespace patchbay
