// patchbay/manage.h: the functions.
#include "host/embedding/error.hpp"
#include "host/embedding/host_options.hpp"
#include "host/embedding/manager.hpp"
#include "host/initialise.hpp"
#include "host/shown.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

namespace patchbay::embedding {
namespace {

constexpr const char* disabled_reason = "switched off by the application";

Result<host::Owner> open_owner(EmbeddedHost& embedded, const patchbay_manager_options& options) {
  return embedded.call([&options](host::Host& host) -> Result<host::Owner> {
    if (is_given(options.owner_key_file))
      return host::Owner::open(options.owner_key_file, host.identity());
    return host.owner();
  });
}

// Changes one key that is named as people name it.
template <typename Change>
patchbay_error* change_key(patchbay_manager* manager, const char* key, Change change) {
  return guarded([&]() -> Status {
    return manager->embedded.call([&](host::Host& host) -> Status {
      const host::ShownKey shown = PATCHBAY_TRY(host::key_named(host, text_of(key)));
      return change(host, shown.key.id);
    });
  });
}

patchbay_error* switch_provider(patchbay_manager* manager, const char* name, bool is_active) {
  return guarded([&]() -> Status {
    return manager->embedded.call([&](host::Host& host) -> Status {
      PATCHBAY_TRY(host.registry().change_provider(text_of(name), [is_active](host::Provider& row) {
        row.is_active = is_active;
        return Status();
      }));
      return {};
    });
  });
}

}  // namespace
}  // namespace patchbay::embedding

using namespace patchbay;             // NOLINT(google-build-using-namespace): C functions follow
using namespace patchbay::embedding;  // NOLINT(google-build-using-namespace): likewise

patchbay_error* patchbay_home_initialise(const patchbay_host_options* options) {
  return guarded([&]() -> Status {
    const EmbeddedOptions wanted = PATCHBAY_TRY(read_options(copied(options)));
    PATCHBAY_TRY(host::initialise_home(wanted.host));
    return {};
  });
}

patchbay_error* patchbay_manager_open(patchbay_host_handle* host,
                                      const patchbay_manager_options* options,
                                      patchbay_manager** manager) {
  return guarded([&]() -> Status {
    *manager = nullptr;
    host::Owner owner = PATCHBAY_TRY(open_owner(*host->host, copied(options)));
    *manager =
        std::unique_ptr<patchbay_manager>(new patchbay_manager{*host->host, std::move(owner)})
            .release();
    return {};
  });
}

void patchbay_manager_close(patchbay_manager* manager) {
  const std::unique_ptr<patchbay_manager> owned(manager);
}

patchbay_error* patchbay_key_add(patchbay_manager* manager,
                                 const patchbay_key_options* options,
                                 patchbay_key_id* id) {
  return guarded([&]() -> Status {
    const std::string added = PATCHBAY_TRY(add_key(*manager, copied(options)));
    if (id == nullptr) return {};
    *id = {};
    std::memcpy(id->text, added.data(), std::min(added.size(), sizeof id->text - 1));
    return {};
  });
}

patchbay_error* patchbay_key_enable(patchbay_manager* manager, const char* key) {
  return change_key(manager, key, [manager](host::Host& host, const std::string& id) {
    return host.registry().enable_key(host.catalog(), id, manager->owner);
  });
}

patchbay_error* patchbay_key_disable(patchbay_manager* manager, const char* key) {
  return change_key(manager, key, [](host::Host& host, const std::string& id) {
    return host.registry().deactivate_key(id, disabled_reason);
  });
}

patchbay_error* patchbay_key_remove(patchbay_manager* manager, const char* key) {
  return change_key(manager, key, [manager](host::Host& host, const std::string& id) {
    return host.registry().remove_key(id, manager->owner);
  });
}

patchbay_error* patchbay_provider_add(patchbay_manager* manager,
                                      const patchbay_provider_options* options) {
  return guarded([&] { return add_provider(*manager, copied(options)); });
}

patchbay_error* patchbay_provider_set(patchbay_manager* manager,
                                      const patchbay_provider_options* options) {
  return guarded([&] { return set_provider(*manager, copied(options)); });
}

patchbay_error* patchbay_provider_enable(patchbay_manager* manager, const char* name) {
  return switch_provider(manager, name, true);
}

patchbay_error* patchbay_provider_disable(patchbay_manager* manager, const char* name) {
  return switch_provider(manager, name, false);
}

patchbay_error* patchbay_provider_remove(patchbay_manager* manager, const char* name) {
  return guarded([&]() -> Status {
    return manager->embedded.call(
        [&](host::Host& host) { return host.registry().remove_provider(text_of(name)); });
  });
}
