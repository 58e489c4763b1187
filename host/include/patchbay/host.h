/* host.h - Patchbay inside an application: open a home, run requests, read what there is.
 *
 * Errors. What can fail returns NULL, or an error that the caller frees. Codes are stable.
 * Strings. UTF-8, ended by NUL; NULL and "" mean "not given". What is handed in is copied before the
 *   call returns; what is handed out lives as long as the object that it came from.
 * Growth. Structs that may grow begin with struct_size, set by sizeof: PATCHBAY_INIT(name) does it
 *   and clears the rest. Zero is every field's default. Enumerators are open sets.
 * Threads. A host has one loop. With PATCHBAY_HOST_OWN_THREAD it runs on a thread of the library:
 *   functions may be called from any thread, and callbacks come on that one. With
 *   PATCHBAY_HOST_YOUR_LOOP there is no thread: the one that calls patchbay_host_process() is the
 *   loop's, makes all calls but patchbay_run_cancel() and patchbay_run_resume(), and gets the
 *   callbacks inside patchbay_host_process() or patchbay_run_wait().
 * Callbacks. Never under a lock: they may call anything here but patchbay_host_close(),
 *   patchbay_host_process(), patchbay_run_wait() and patchbay_host_ask(), which refuse. They must
 *   return soon and throw nothing, and are never called once patchbay_host_close() has returned.
 * The process. Nothing is printed, no signal handled, no directory, locale or environment changed,
 *   and the process is never ended. A child made by fork() may use nothing of a host but leave it
 *   alone: calls refuse, and exec or _exit free what there is.
 * Secrets never come back through this interface. */
#ifndef PATCHBAY_HOST_H
#define PATCHBAY_HOST_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define PATCHBAY_HOST_CALL extern "C" __attribute__((visibility("default")))
#define PATCHBAY_INIT(name) \
  [] { name value{}; value.struct_size = static_cast<uint32_t>(sizeof value); return value; }()
#else
#define PATCHBAY_HOST_CALL __attribute__((visibility("default")))
#define PATCHBAY_INIT(name) {.struct_size = (uint32_t)sizeof(name)}
#endif
#define PATCHBAY_HOST_MUST __attribute__((warn_unused_result))

typedef struct patchbay_host_handle patchbay_host_handle; /* one opened home */
typedef struct patchbay_run patchbay_run;                 /* one request, under way or over */
typedef struct patchbay_error patchbay_error;

/* "0.1.0"; any thread. */
PATCHBAY_HOST_CALL const char *patchbay_host_version(void);

/* ---- errors: any thread, and also after the host was closed ------------------------------------ */

enum {
  PATCHBAY_CODE_INTERNAL = 0,
  PATCHBAY_CODE_USAGE = 1, /* called out of turn, or with what can never be right */
  PATCHBAY_CODE_BAD_INPUT = 2,
  PATCHBAY_CODE_UNKNOWN_PROVIDER = 3,
  PATCHBAY_CODE_OUTPUT = 4,
  PATCHBAY_CODE_NOT_FOUND = 5,
  PATCHBAY_CODE_ALREADY_EXISTS = 6,
  PATCHBAY_CODE_NOT_CONFIGURED = 7,
  PATCHBAY_CODE_INACTIVE = 8,
  PATCHBAY_CODE_NO_ADAPTER = 9,
  PATCHBAY_CODE_AUTH_CONFIG = 10,
  PATCHBAY_CODE_AUTH_INVALID = 11,
  PATCHBAY_CODE_LOCKED = 12,
  PATCHBAY_CODE_NOT_ALLOWED = 13,
  PATCHBAY_CODE_BLOCKED = 14,
  PATCHBAY_CODE_QUOTA = 15,
  PATCHBAY_CODE_RATE = 16,
  PATCHBAY_CODE_NETWORK = 17,
  PATCHBAY_CODE_TIMEOUT = 18,
  PATCHBAY_CODE_STORE = 19,
  PATCHBAY_CODE_VAULT = 20,
  PATCHBAY_CODE_TAMPERED = 21,
  PATCHBAY_CODE_PLUGIN = 22,
  PATCHBAY_CODE_NEEDS_TRUST = 23,
  PATCHBAY_CODE_BAD_REQUEST = 24,
  PATCHBAY_CODE_MODEL = 25,
  PATCHBAY_CODE_NO_OUTPUT = 26,
  PATCHBAY_CODE_UPSTREAM = 27,
  PATCHBAY_CODE_PROTOCOL = 28,
  PATCHBAY_CODE_CANCELLED = 29
};

PATCHBAY_HOST_CALL uint32_t patchbay_error_code(const patchbay_error *error);
PATCHBAY_HOST_CALL const char *patchbay_error_name(const patchbay_error *error); /* "bad_input" */
PATCHBAY_HOST_CALL const char *patchbay_error_message(const patchbay_error *error);
PATCHBAY_HOST_CALL const char *patchbay_error_hint(const patchbay_error *error); /* what to do next */
PATCHBAY_HOST_CALL const char *patchbay_error_provider(const patchbay_error *error); /* may be "" */
/* 1 where the same request may succeed another time. */
PATCHBAY_HOST_CALL uint32_t patchbay_error_may_retry(const patchbay_error *error);
PATCHBAY_HOST_CALL void patchbay_error_free(patchbay_error *error); /* NULL: nothing */

/* ---- hosts -------------------------------------------------------------------------------------- */

enum { PATCHBAY_HOST_OWN_THREAD = 0, PATCHBAY_HOST_YOUR_LOOP = 1 };
enum { PATCHBAY_HOST_ERROR = 0, PATCHBAY_HOST_WARNING = 1, PATCHBAY_HOST_INFO = 2, PATCHBAY_HOST_DEBUG = 3 };
/* Let the variables PATCHBAY_* and CREDENTIALS_DIRECTORY count, as they do for the command line. */
enum { PATCHBAY_HOST_READ_ENVIRONMENT = 1u << 0 };

typedef struct patchbay_host_options {
  uint32_t struct_size;
  uint32_t threading;              /* PATCHBAY_HOST_OWN_THREAD or _YOUR_LOOP */
  uint32_t flags;                  /* PATCHBAY_HOST_READ_ENVIRONMENT */
  uint32_t connections_max;        /* open at once; more requests wait. 0: 64 */
  uint32_t progress_interval_ms;   /* between two calls of on_progress. 0: 250 */
  uint32_t log_level;              /* the least that is logged, where `log` is given */
  const char *home;                /* its folder; else $XDG_CONFIG_HOME/patchbay and so on */
  const char *database_file;       /* else in the home */
  const char *environment;         /* of the keys; else as patchbay.toml says, else "default" */
  const char *service_key_file;    /* else as patchbay.toml says, else service.key in the home */
  const char *plugin_directory;    /* of plugins that you vouch for, as they are part of you: only
                                      root or the owner of your program may own or write them. Else
                                      the library's own: PREFIX/lib/patchbay/plugins */
  const char *const *plugin_paths; /* further files or folders: judged like any plugin */
  uint64_t plugin_path_count;
  const char *ca_file;             /* certificates in PEM; else as patchbay.toml says, else the system's */
  const char *proxy_url;           /* else as patchbay.toml says, else none */
  void (*log)(void *user, uint32_t level, const char *line); /* loop's or opener's thread */
  int64_t (*unix_ms)(void *user);  /* the time of rows and tokens; loop's or opener's thread. Deadlines
                                      follow the system's monotonic clock */
  void *user;                      /* for the two above */
} patchbay_host_options;

/* Opens a home that exists, or an empty folder; the vault is opened by the first key that is needed.
 * Several may be open. Any thread. */
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_host_open(
    const patchbay_host_options *options, patchbay_host_handle **host);
/* Cancels what runs, waits until each on_done was called, and frees the host. Runs stay readable until
 * they are released. No other call with this host may be under way. Refuses in a callback. */
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_host_close(patchbay_host_handle *host);
/* Opens the vault now rather than when it is needed. */
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_host_unlock(patchbay_host_handle *host);

/* With PATCHBAY_HOST_YOUR_LOOP: readable, for poll() and its kin, when patchbay_host_process() has
 * something to do; timers included. The host's own; -1 for a host with a thread. */
PATCHBAY_HOST_CALL int patchbay_host_descriptor(const patchbay_host_handle *host);
/* Does what is to be done now, some hundred steps at most, and never waits. */
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_host_process(patchbay_host_handle *host);

typedef struct patchbay_host_status {
  uint32_t struct_size;
  uint32_t is_initialised; /* it has a vault */
  uint32_t is_unlocked;
  uint32_t plugin_count;
  uint32_t refused_plugin_count;
  uint32_t running_count;  /* requests under way */
  uint64_t finished_count; /* requests since it was opened */
} patchbay_host_status;
/* Fills as much as struct_size has room for. */
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_host_read_status(
    patchbay_host_handle *host, patchbay_host_status *status);

/* ---- what there is: snapshots that the caller frees ----------------------------------------------- */

typedef struct patchbay_provider_info {
  uint32_t struct_size;
  uint32_t is_active;
  const char *id;
  const char *name;
  const char *display_name;
  const char *endpoint_url;
  const char *auth_type;
  const char *image_model; /* may be "" */
  const char *adapter;     /* its id; "" where no plugin serves it */
  const char *state;       /* "active", "inactive", "no plugin", "needs trust" */
} patchbay_provider_info;

typedef struct patchbay_providers {
  uint64_t count;
  const patchbay_provider_info *const *items;
} patchbay_providers;

typedef struct patchbay_key_info {
  uint32_t struct_size;
  uint32_t is_active;
  int64_t priority;
  const char *id;
  const char *provider;
  const char *fingerprint; /* eight characters that name it and tell none of it; "": vault closed */
  const char *state;       /* "active", "used", "inactive", "unsealed", "tampered", "needs re-entry" */
  const char *reason;      /* why it is inactive; may be "" */
  const char *environment;
  const char *user;
  const char *label;
  const char *last_used_at; /* "2026-11-23 05:16:24", UTC; may be "" */
} patchbay_key_info;

typedef struct patchbay_keys {
  uint64_t count;
  const patchbay_key_info *const *items;
} patchbay_keys;

typedef struct patchbay_plugin_info {
  uint32_t struct_size;
  uint32_t is_used;
  const char *path;
  const char *adapters; /* names of providers, with ", " between; "" where it was refused */
  const char *version;  /* of the first adapter */
  const char *trust;    /* "bundled", "vouched", "needs trust", "refused" */
  const char *reason;   /* why it is not used; may be "" */
} patchbay_plugin_info;

typedef struct patchbay_plugins {
  uint64_t count;
  const patchbay_plugin_info *const *items;
} patchbay_plugins;

PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_providers_list(
    patchbay_host_handle *host, patchbay_providers **providers);
PATCHBAY_HOST_CALL void patchbay_providers_free(patchbay_providers *providers);
/* `provider`: one provider's name, or NULL for all. */
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_keys_list(
    patchbay_host_handle *host, const char *provider, patchbay_keys **keys);
PATCHBAY_HOST_CALL void patchbay_keys_free(patchbay_keys *keys);
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_plugins_list(
    patchbay_host_handle *host, patchbay_plugins **plugins);
PATCHBAY_HOST_CALL void patchbay_plugins_free(patchbay_plugins *plugins);

#include <patchbay/run.h>

#endif
