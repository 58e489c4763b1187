#include "tests/contract/session_player.hpp"

#include <dlfcn.h>
#include <stdexcept>

namespace patchbay::contract {

LoadedPlugin::LoadedPlugin(const std::string& path) {
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  using Entry = const patchbay_module* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(library, "patchbay_plugin_v1"));
  if (entry == nullptr) throw std::runtime_error(path + " exports no patchbay_plugin_v1");
  module_ = entry();
}

}  // namespace patchbay::contract
