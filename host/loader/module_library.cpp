#include "host/loader/module_library.hpp"

#include "core/base/text.hpp"

#include <boost/dll/shared_library.hpp>

#include <dlfcn.h>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace patchbay::host {
namespace {

namespace fs = std::filesystem;
using EntryFunction = const patchbay_module*() noexcept;

Error broken(const FoundPlugin& plugin, std::string_view what, std::string hint = {}) {
  return Error{ErrorCode::Plugin,
               "the plugin " + printable(plugin.path.native()) + " " + std::string(what),
               std::move(hint),
               {}};
}

// The dynamic linker's own words out of Boost's, with the plugin's name for that of its copy.
std::string linker_words(std::string_view text, const fs::path& copy, const FoundPlugin& plugin) {
  constexpr std::string_view before = "(dlerror system message: ";
  const std::size_t begin = text.find(before);
  if (begin != std::string_view::npos) {
    text.remove_prefix(begin + before.size());
    text = text.substr(0, text.rfind(')'));
  }
  std::string words(text);
  const std::string& name = copy.native();
  for (std::size_t at = words.find(name); at != std::string::npos;) {
    words.replace(at, name.size(), plugin.path.filename().native());
    at = words.find(name, at + plugin.path.filename().native().size());
  }
  return shortened(printable(words), 500);
}

Error not_loaded(const FoundPlugin& plugin, const fs::path& copy, const std::exception& exception) {
  const std::string words = linker_words(exception.what(), copy, plugin);
  std::string hint;
  if (words.find("failed to map segment") != std::string::npos)
    hint = "the folder " + copy.parent_path().string() +
           " may be on a file system mounted with noexec; choose another home";
  if (words.find("version `GLIBC") != std::string::npos)
    hint = "it was built for a newer system; build it on this one or an older";
  return broken(plugin, "cannot be loaded: " + words, std::move(hint));
}

Status check_module(const patchbay_module* module, const FoundPlugin& plugin) {
  if (module == nullptr) return broken(plugin, "gave no description of itself");
  if (!PATCHBAY_HAS(module, get_extension))
    return broken(plugin, "gave a description too short for version 1 of the ABI");
  if (module->min_host_minor > PATCHBAY_ABI_MINOR)
    return broken(plugin,
                  "needs a newer host (ABI minor " + std::to_string(module->min_host_minor) +
                      ", this one has " + std::to_string(PATCHBAY_ABI_MINOR) + ")",
                  "update Patchbay");
  if (module->adapter_count != plugin.manifest.adapters.size())
    return broken(plugin,
                  "holds " + std::to_string(module->adapter_count) +
                      " adapters, but its manifest describes " +
                      std::to_string(plugin.manifest.adapters.size()));
  if (module->open == nullptr || module->feed == nullptr || module->next == nullptr ||
      module->close == nullptr || module->get_extension == nullptr)
    return broken(plugin, "lacks one of the functions open, feed, next, close, get_extension");
  return {};
}

}  // namespace

Result<const patchbay_module*> load_module(const fs::path& copy, const FoundPlugin& plugin) {
  namespace load_mode = boost::dll::load_mode;
  // RTLD_NODELETE, which Boost.DLL has no name for, keeps the code mapped when `library` goes: for
  // the life of the process, without a global that would own it.
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): within the range of its bits.
  const auto mode = static_cast<load_mode::type>(
      unsigned{load_mode::rtld_now} | unsigned{load_mode::rtld_local} | unsigned{RTLD_NODELETE});
  const patchbay_module* module = nullptr;
  try {
    const boost::dll::shared_library library(copy, mode);
    module = library.get<EntryFunction>("patchbay_plugin_v1")();
  } catch (const std::exception& exception) {
    return not_loaded(plugin, copy, exception);
  }
  PATCHBAY_TRY(check_module(module, plugin));
  return module;
}

}  // namespace patchbay::host
