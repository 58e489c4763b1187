// patchbay/host.h: opening a host, running its loop, reading how it stands.
#include "host/embedding/embedded_host.hpp"
#include "host/embedding/error.hpp"
#include "host/embedding/host_options.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace patchbay::embedding {
namespace {

patchbay_host_status status_of(EmbeddedHost& embedded, host::Host& host) {
  patchbay_host_status status{};
  status.struct_size = sizeof status;
  status.is_initialised = host.facts().initialised() ? 1 : 0;
  status.is_unlocked = host.is_unlocked() ? 1 : 0;
  status.plugin_count = static_cast<std::uint32_t>(host.catalog().plugins().size());
  status.refused_plugin_count = static_cast<std::uint32_t>(host.catalog().refused().size());
  status.running_count = static_cast<std::uint32_t>(embedded.running_count());
  status.finished_count = embedded.finished_count();
  return status;
}

}  // namespace
}  // namespace patchbay::embedding

using namespace patchbay;             // NOLINT(google-build-using-namespace): C functions follow
using namespace patchbay::embedding;  // NOLINT(google-build-using-namespace): likewise

patchbay_error* patchbay_host_open(const patchbay_host_options* options,
                                   patchbay_host_handle** host) {
  return guarded([&]() -> Status {
    if (host == nullptr) return usage_error("patchbay_host_open() has nowhere to put the host");
    *host = nullptr;
    EmbeddedOptions wanted = PATCHBAY_TRY(read_options(copied(options)));
    auto opened = std::make_unique<patchbay_host_handle>();
    opened->host = PATCHBAY_TRY(EmbeddedHost::open(std::move(wanted)));
    *host = opened.release();
    return {};
  });
}

patchbay_error* patchbay_host_close(patchbay_host_handle* host) {
  return guarded([&]() -> Status {
    if (host == nullptr) return {};
    PATCHBAY_TRY(host->host->close());
    const std::unique_ptr<patchbay_host_handle> owned(host);
    return {};
  });
}

patchbay_error* patchbay_host_unlock(patchbay_host_handle* host) {
  return guarded([&]() -> Status {
    return host->host->call([](host::Host& opened) -> Status {
      PATCHBAY_TRY(opened.vault());
      return {};
    });
  });
}

int patchbay_host_descriptor(const patchbay_host_handle* host) {
  const auto* descriptor = host->host->owner().descriptor();
  return descriptor == nullptr ? -1 : descriptor->get();
}

patchbay_error* patchbay_host_process(patchbay_host_handle* host) {
  return guarded([&] { return host->host->owner().process(); });
}

patchbay_error* patchbay_host_read_status(patchbay_host_handle* host,
                                          patchbay_host_status* status) {
  return guarded([&]() -> Status {
    return host->host->call([&](host::Host& opened) -> Status {
      copy_out(status_of(*host->host, opened), *status);
      return {};
    });
  });
}
