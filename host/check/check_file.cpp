// Level 1: the file, which is read and not run.
#include "core/base/text.hpp"
#include "host/check/checks.hpp"
#include "host/check/imports.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace patchbay::check {
namespace {

std::string listed(std::vector<std::string> names) {
  constexpr std::size_t listed_max = 8;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const std::size_t rest = names.size() > listed_max ? names.size() - listed_max : 0;
  names.resize(names.size() - rest);
  return printable(joined(names, ", ")) +
         (rest == 0 ? "" : " and " + std::to_string(rest) + " more");
}

// The names of the symbols that `wanted` takes; an Error where the file cannot be read.
template <typename Wanted>
Result<std::vector<std::string>> symbols_where(const Subject& subject, Wanted wanted) {
  const host::ElfLinkage linkage = PATCHBAY_TRY(subject.linkage());
  std::vector<std::string> out;
  for (const host::ElfSymbol& symbol : linkage.symbols)
    if (wanted(symbol)) out.push_back(symbol.name);
  return out;
}

Finding none_of(const Result<std::vector<std::string>>& names, const std::string& complaint) {
  if (!names.ok()) return failed(names.error().message);
  if (names.value().empty()) return {};
  return failed(complaint + ": " + listed(names.value()));
}

struct VersionFloor {
  std::string_view family;
  std::array<unsigned, 3> newest;
  std::string_view of;
};
// Of the oldest system that Patchbay runs on: Debian 12.
constexpr std::array floors{
    VersionFloor{"GLIBC_", {2, 36, 0}, "glibc 2.36"},
    VersionFloor{"GLIBCXX_", {3, 4, 30}, "libstdc++ of g++ 12"},
    VersionFloor{"CXXABI_", {1, 3, 13}, "libstdc++ of g++ 12"},
};

std::array<unsigned, 3> numbers_of(std::string_view text) {
  std::array<unsigned, 3> out{};
  for (unsigned& number : out) {
    const std::from_chars_result read =
        std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc()) break;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    if (!text.starts_with('.')) break;
    text.remove_prefix(1);
  }
  return out;
}

constexpr std::array runtime_libraries{"libc.so",
                                       "libm.so",
                                       "libstdc++.so",
                                       "libgcc_s.so",
                                       "libc++.so",
                                       "libc++abi.so",
                                       "libunwind.so",
                                       "ld-linux",
                                       "libpthread.so",
                                       "libdl.so",
                                       "librt.so",
                                       "libatomic.so",
                                       // what a build with sanitizers brings along
                                       "libasan.so",
                                       "libubsan.so",
                                       "libtsan.so"};

bool is_runtime(const std::string& library) {
  return std::any_of(runtime_libraries.begin(), runtime_libraries.end(), [&](const char* known) {
    return library.starts_with(known);
  });
}

}  // namespace

Finding check_file(Subject& subject) {
  const auto text = subject.manifest_text();
  return text.ok() ? Finding{} : failed(text.error().message);
}

Finding check_manifest(Subject& subject) {
  const auto manifest = subject.manifest();
  if (!manifest.ok()) return failed(manifest.error().message);
  std::vector<std::string> ids;
  for (const host::AdapterManifest& adapter : manifest.value()->adapters)
    ids.push_back(adapter.id + " " + adapter.version);
  return {Verdict::Pass, listed(std::move(ids))};
}

Finding check_exports(Subject& subject) {
  return none_of(symbols_where(subject,
                               [](const host::ElfSymbol& symbol) {
                                 return symbol.is_defined &&
                                        symbol.binding != host::ElfBinding::Unique &&
                                        symbol.name != "patchbay_plugin_v1" &&
                                        !symbol.name.starts_with("__asan") &&
                                        !symbol.name.starts_with("__odr_asan");
                               }),
                 "it exports more than patchbay_plugin_v1");
}

Finding check_unique_symbols(Subject& subject) {
  return none_of(symbols_where(subject,
                               [](const host::ElfSymbol& symbol) {
                                 return symbol.binding == host::ElfBinding::Unique;
                               }),
                 "symbols that it would share with other plugins, build it with "
                 "-fno-gnu-unique");
}

Finding check_binding(Subject& subject) {
  const auto linkage = subject.linkage();
  if (!linkage.ok()) return failed(linkage.error().message);
  if (linkage.value().binds_now) return {};
  return failed("a missing symbol would end the host at its first use: link it with -Wl,-z,now");
}

Finding check_thread_locals(Subject& subject) {
  return none_of(symbols_where(subject,
                               [](const host::ElfSymbol& symbol) {
                                 return symbol.name.starts_with("__cxa_thread_atexit");
                               }),
                 "a thread_local with a destructor keeps it mapped for ever");
}

Finding check_imports(Subject& subject) {
  const auto linkage = subject.linkage();
  if (!linkage.ok()) return failed(linkage.error().message);
  std::vector<std::string> found;
  for (const host::ElfSymbol& symbol : linkage.value().symbols) {
    if (symbol.is_defined) continue;
    const std::string_view purpose = forbidden_purpose(symbol.name);
    if (!purpose.empty()) found.push_back(symbol.name + " (" + std::string(purpose) + ")");
  }
  if (found.empty()) return {};
  return failed("an adapter has no use for " + listed(std::move(found)));
}

Finding check_libraries(Subject& subject) {
  const auto linkage = subject.linkage();
  if (!linkage.ok()) return failed(linkage.error().message);
  std::vector<std::string> others;
  for (const std::string& library : linkage.value().libraries)
    if (!is_runtime(library)) others.push_back(library);
  if (others.empty()) return {};
  return failed("it needs libraries that may be missing or of another version: " +
                listed(std::move(others)));
}

Finding check_system_versions(Subject& subject) {
  const auto linkage = subject.linkage();
  if (!linkage.ok()) return failed(linkage.error().message);
  std::string needs;
  for (const VersionFloor& floor : floors) {
    std::array<unsigned, 3> newest{};
    std::string symbol_of_newest;
    for (const host::ElfSymbol& symbol : linkage.value().symbols) {
      if (!symbol.version.starts_with(floor.family)) continue;
      const auto numbers = numbers_of(symbol.version.substr(floor.family.size()));
      if (numbers > newest) symbol_of_newest = symbol.name + "@" + symbol.version;
      newest = std::max(newest, numbers);
    }
    if (newest > floor.newest)
      return failed("it needs " + printable(symbol_of_newest) + ", newer than " +
                    std::string(floor.of));
    if (!symbol_of_newest.empty())
      needs +=
          (needs.empty() ? "" : ", ") + symbol_of_newest.substr(symbol_of_newest.find('@') + 1);
  }
  return {Verdict::Pass, needs};
}

}  // namespace patchbay::check
