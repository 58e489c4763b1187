// Which adapter serves an id and a name where several plugins claim it.
#pragma once

#include "host/loader/catalog.hpp"

#include <map>
#include <string>
#include <vector>

namespace patchbay::host {

struct AdapterIndex {
  std::map<std::string, Adapter, std::less<>> by_id;
  std::map<std::string, Adapter, std::less<>> by_name;  // each is in by_id too
};

// Among adapters of one id: more trust, then the higher version, then the place found first. Among
// the winners of one name: more trust, then the place found first; versions of different adapters
// say nothing about each other. So nothing takes a name from a bundled plugin. Marks the rest in
// `plugins`, which the index points into.
[[nodiscard]] AdapterIndex index_adapters(std::vector<FoundPlugin>& plugins);

}  // namespace patchbay::host
