// patchbay-worker: runs one session of one plugin that nobody vouched for, confined. It is started
// by a host, with the host's socket as descriptor 3 and the plugin's file as descriptor 4, and is
// of no use otherwise. It never holds a credential: the host that started it attaches that
// elsewhere.
#include "host/worker/program/channel.hpp"
#include "host/worker/program/confinement.hpp"
#include "host/worker/program/service.hpp"
#include "host/worker/program/syscall_filter.hpp"

#include <sys/stat.h>

#include <cstring>
#include <dlfcn.h>
#include <string>
#include <string_view>
#include <unistd.h>

namespace {

using patchbay::worker::Channel;
namespace wire = patchbay::host::wire;

bool started_by_host() {
  struct stat channel{};
  struct stat plugin{};
  return fstat(patchbay::worker::channel_descriptor, &channel) == 0 && S_ISSOCK(channel.st_mode) &&
         fstat(patchbay::worker::plugin_descriptor, &plugin) == 0 && S_ISREG(plugin.st_mode);
}

const patchbay_module& load_plugin(Channel& channel) {
  const std::string path = "/proc/self/fd/" + std::to_string(patchbay::worker::plugin_descriptor);
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) channel.refuse(std::string("it cannot be loaded: ") + dlerror());
  void* symbol = dlsym(library, "patchbay_plugin_v1");
  if (symbol == nullptr) channel.refuse("it has no patchbay_plugin_v1");
  const auto entry = reinterpret_cast<decltype(&patchbay_plugin_v1)>(symbol);
  const patchbay_module* module = entry();
  if (module == nullptr) channel.refuse("it gave no description of itself");
  if (!PATCHBAY_HAS(module, get_extension) || module->open == nullptr || module->feed == nullptr ||
      module->next == nullptr || module->close == nullptr)
    channel.refuse("its description is too short, or lacks a function");
  if (module->min_host_minor > PATCHBAY_ABI_MINOR)
    channel.refuse("it needs a newer Patchbay (ABI 1." + std::to_string(module->min_host_minor) +
                   ")");
  return *module;
}

void confine(Channel& channel, bool without_landlock) {
  for (const std::string& problem : {patchbay::worker::drop_privileges(),
                                     patchbay::worker::report_denied_calls(),
                                     patchbay::worker::limit_resources()})
    if (!problem.empty()) channel.refuse(problem);
  const auto files = patchbay::worker::restrict_files(patchbay::worker::plugin_descriptor);
  if (files.version == 0 && !without_landlock) channel.refuse(files.problem);
  if (const std::string problem = patchbay::worker::filter_for_loading(); !problem.empty())
    channel.refuse(problem);
  channel.send(wire::Writer(wire::Kind::Ready).number(files.version).take());
}

}  // namespace

int main(int count, char** words) {
  if (!started_by_host()) {
    constexpr std::string_view help =
        "patchbay-worker runs a plugin for a Patchbay host, which starts it; "
        "there is nothing to do with it by hand\n";
    [[maybe_unused]] const ssize_t sent = write(STDERR_FILENO, help.data(), help.size());
    return 2;
  }
  Channel channel;
  confine(channel, count > 1 && std::string_view(words[1]) == "--without-landlock");
  const patchbay_module& module = load_plugin(channel);
  if (const std::string problem = patchbay::worker::filter_for_running(); !problem.empty())
    channel.refuse(problem);
  patchbay::worker::serve(channel, module);
  // Not exit(): what the plugin registered to run then is none of our business.
  _exit(0);
}
