#include "host/cli/examine_machine.hpp"

#include "core/base/memory_lock.hpp"
#include "core/crypto/versions.hpp"
#include "core/media/versions.hpp"
#include "core/net/trust_store.hpp"
#include "core/net/versions.hpp"
#include "core/store/versions.hpp"
#include "host/cli/process.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/settings_view.hpp"
#include "host/cli/version.hpp"
#include <patchbay/plugin.h>

#include <gnu/libc-version.h>
#include <sys/utsname.h>

#include <array>
#include <cstddef>
#include <iterator>
#include <stdlib.h>
#include <string>

namespace patchbay::cli {
namespace {

// What is locked at once: the root, its Fernet keys and one credential, a page each, with room for
// more key versions.
constexpr std::size_t lockable_wanted = std::size_t{256} << 10U;
constexpr std::size_t lockable_tried = std::size_t{16} << 20U;

LibraryVersion version_of_system() {
  utsname system{};
  if (::uname(&system) != 0) return {"system", "unknown", {}};
  return {"system",
          std::string(system.sysname) + " " + system.release + " on " + system.machine +
              ", glibc " + gnu_get_libc_version(),
          {}};
}

std::string version_of_compiler() {
#if defined(__clang__)
  return "clang " __clang_version__;
#else
  return "g++ " __VERSION__;
#endif
}

void examine_memory(Examination& examination) {
  const std::size_t lockable = lockable_memory(lockable_tried);
  const std::string size = readable_bytes(lockable);
  if (lockable >= lockable_tried) {
    examination.ok("memory lock", "at least " + size + " can be locked");
  } else if (lockable >= lockable_wanted) {
    examination.ok("memory lock", size + " can be locked");
  } else {
    examination.warn("memory lock",
                     "only " + size + " can be locked: secrets may be written to swap space",
                     "raise the limit to " + readable_bytes(lockable_wanted) +
                         " or more (ulimit -l, or LimitMEMLOCK= of the service)");
  }
}

void examine_certificates(Examination& examination, const host::Config& config) {
  const auto store = net::trust_store(config.ca_file);
  if (!store.ok()) return examination.fail("certificates", store.error());
  std::string detail;
  if (!store.value().file.empty()) {
    detail = store.value().file.string() + ", " + std::to_string(store.value().certificate_count) +
             " certificates";
  }
  if (!store.value().directory.empty()) {
    detail += (detail.empty() ? "" : "; ") + store.value().directory.string();
  }
  examination.ok("certificates", detail);
}

// The variables that other programs take their proxy from.
std::string proxy_variables() {
  std::string names;
  for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    const char* value = ::secure_getenv(name);
    if (value != nullptr && *value != '\0')
      names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return names;
}

void examine_proxy(Examination& examination, const host::Config& config) {
  const std::string variables = proxy_variables();
  if (!config.proxy_url.empty()) {
    examination.ok("proxy", without_password(config.proxy_url));
  } else if (variables.empty()) {
    examination.ok("proxy", "none");
  } else {
    examination.warn("proxy",
                     "none, though the environment has " + variables + ", which are not read",
                     "set proxy.url in patchbay.toml, or PATCHBAY_PROXY");
  }
}

}  // namespace

std::vector<LibraryVersion> all_versions() {
  std::vector<LibraryVersion> versions{
      {"patchbay", std::string(version), {}},
      {"plugin ABI",
       std::to_string(PATCHBAY_ABI_MAJOR) + "." + std::to_string(PATCHBAY_ABI_MINOR),
       {}}};
  for (auto& libraries : std::array{store::library_versions(),
                                    net::library_versions(),
                                    crypto::library_versions(),
                                    media::library_versions()}) {
    versions.insert(versions.end(), libraries.begin(), libraries.end());
  }
  versions.push_back({"compiler", version_of_compiler(), {}});
  versions.push_back(version_of_system());
  return versions;
}

void examine_process(Examination& examination) {
  examination.begin("process");
  const Exposure exposure = look_at_exposure();
  if (exposure.dumps_core) {
    examination.fail("core dumps", "they are not switched off", "report it with this output");
  } else {
    examination.ok("core dumps", "off");
  }
  if (exposure.is_dumpable) {
    examination.fail("tracing",
                     "other processes of this account may read this one's memory",
                     "report it with this output");
  } else {
    examination.ok("tracing", "other processes of this account cannot read this one's memory");
  }
  examine_memory(examination);
}

void examine_network(Examination& examination, const host::Config& config) {
  examination.begin("network");
  examine_certificates(examination, config);
  examine_proxy(examination, config);
}

}  // namespace patchbay::cli
