/* manage.h - changing a home: a vault, keys, providers, trust. For applications in which somebody
 * administers; using keys needs none of it. What host.h says of threads, strings and growth holds. */
#ifndef PATCHBAY_MANAGE_H
#define PATCHBAY_MANAGE_H

#include <patchbay/host.h>

typedef struct patchbay_manager patchbay_manager; /* the owner's key, in memory while it is open */

/* Makes what `patchbay init` makes: patchbay.toml, the database, service.key and owner.key in the home.
 * Nothing is ever overwritten. No host may be open on it. Any thread. */
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_home_initialise(
    const patchbay_host_options *options);

typedef struct patchbay_manager_options {
  uint32_t struct_size;
  uint32_t reserved;
  const char *owner_key_file;       /* else as patchbay.toml says, else owner.key in the home */
} patchbay_manager_options;

/* Fails with PATCHBAY_CODE_NOT_ALLOWED without the owner's key. To be closed before its host, and used by
 * one thread at a time. */
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_manager_open(
    patchbay_host_handle *host, const patchbay_manager_options *options, patchbay_manager **manager);
PATCHBAY_HOST_CALL void patchbay_manager_close(patchbay_manager *manager); /* NULL: nothing */

/* ---- keys ----------------------------------------------------------------------------------------- */

enum { PATCHBAY_KEY_UNCHECKED = 1u << 0 }; /* do not ask the provider whether it works */

typedef struct patchbay_key_options {
  uint32_t struct_size;
  uint32_t flags;
  int64_t priority; /* lower ones are used first */
  const char *provider;
  const char *environment; /* else the host's */
  const char *user;
  const char *label;
  const void *credential; /* copied to guarded memory; wipe your own */
  uint64_t credential_size;
} patchbay_key_options;

typedef struct patchbay_key_id { /* "0b6e…", ended by NUL */
  char text[40];
} patchbay_key_id;

/* Asks the provider, encrypts, signs and stores. The key goes where the provider's row says now, and
 * nowhere else. Waits for the provider: refuses in a callback. `id` may be NULL. */
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_key_add(
    patchbay_manager *manager, const patchbay_key_options *options, patchbay_key_id *id);
/* A key is named by its id, the beginning of it, or its fingerprint. */
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_key_enable(patchbay_manager *manager,
                                                                          const char *key);
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_key_disable(patchbay_manager *manager,
                                                                           const char *key);
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_key_remove(patchbay_manager *manager,
                                                                          const char *key);

/* ---- providers ------------------------------------------------------------------------------------ */

enum { PATCHBAY_PRIVATE_AS_IT_IS = 0, PATCHBAY_PRIVATE_ALLOWED = 1, PATCHBAY_PRIVATE_REFUSED = 2 };

typedef struct patchbay_provider_options { /* NULL: as it is; "" goes back to the plugin's own */
  uint32_t struct_size;
  uint32_t allow_private; /* http, and addresses of this machine or network; another endpoint takes it
                             away unless it is said again */
  const char *name;
  const char *display_name;
  const char *endpoint_url;
  const char *auth_type;
  const char *image_model;
  const char *chat_model;
  const char *adapter;
  const patchbay_run_pair *settings; /* of its plugin; a value of "" clears it */
  uint64_t setting_count;
} patchbay_provider_options;

PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_provider_add(
    patchbay_manager *manager, const patchbay_provider_options *options);
/* Its keys are sealed anew for what was said here. */
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_provider_set(
    patchbay_manager *manager, const patchbay_provider_options *options);
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_provider_enable(
    patchbay_manager *manager, const char *name);
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_provider_disable(
    patchbay_manager *manager, const char *name);
/* Refuses while it has keys. */
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_provider_remove(
    patchbay_manager *manager, const char *name);

#endif
