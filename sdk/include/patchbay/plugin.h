/* plugin.h - the Patchbay plugin ABI, version 1 (draft: frozen with release 1.0 of the SDK).
 *
 * A plugin is a shared library that exports one symbol, patchbay_plugin_v1, and carries a manifest:
 * JSON in the ELF section "patchbay.manifest", which a host reads without running the plugin. It
 * holds one or more adapters; an adapter speaks one provider's wire protocol as a state machine
 * without input or output of its own. The host performs every exchange, attaches the credential
 * last, and feeds back what arrives. So a plugin sees no key, no socket, no clock and no file.
 *
 *   open -> feed(START) -> { next until IDLE, DONE or ERROR; feed what happened } -> close
 *
 * Ownership. What the host passes to open() lives until close(). What feed() hands in stays valid
 *   until next() answers IDLE, DONE or ERROR, so actions may point into it. What next() hands out
 *   lives until the next call on the same session. Nobody frees the other side's memory.
 * Threads. patchbay_plugin_v1, open and get_extension: any thread, at once. One session: one call
 *   at a time, from any thread. Different sessions: at the same time.
 * Growth. Fields are only appended inside major 1; a field is read only after PATCHBAY_HAS.
 *   Enumerators are open sets: keep a default branch. Unknown inputs are to be ignored.
 * Rules of form. C11 and C++11; fixed-width fields; every struct that may grow starts with
 *   struct_size, set by sizeof; no bool, enum, bit-field, union or long in any struct. */
#ifndef PATCHBAY_PLUGIN_H
#define PATCHBAY_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define PATCHBAY_NOEXCEPT noexcept
#else
#define PATCHBAY_NOEXCEPT
#endif

#define PATCHBAY_EXPORT __attribute__((visibility("default")))
#define PATCHBAY_ABI_MAJOR 1u /* also in the symbol's name */
#define PATCHBAY_ABI_MINOR 0u

/* True where the other side's struct is new enough to have the field. */
#define PATCHBAY_HAS(pointer, field)                              \
  ((pointer)->struct_size >=                                      \
   __builtin_offsetof(__typeof__(*(pointer)), field) + sizeof((pointer)->field))

/* ---- scalars ---------------------------------------------------------------------------------- */

typedef struct patchbay_str { /* UTF-8, not terminated; ptr may be NULL where len is 0 */
  const char *ptr;
  uint64_t len;
} patchbay_str;

typedef struct patchbay_bytes {
  const uint8_t *ptr;
  uint64_t len;
} patchbay_bytes;

typedef struct patchbay_kv {
  patchbay_str key;
  patchbay_str value;
} patchbay_kv;

typedef int32_t patchbay_status; /* PATCHBAY_OK, or a negative value with the reason in patchbay_err */
enum {
  PATCHBAY_OK = 0,
  PATCHBAY_E_ARG = -1,         /* an argument is wrong */
  PATCHBAY_E_STATE = -2,       /* called out of turn */
  PATCHBAY_E_UNSUPPORTED = -3, /* the adapter cannot do this operation */
  PATCHBAY_E_NOMEM = -4,
  PATCHBAY_E_INTERNAL = -5
};

typedef struct patchbay_err { /* owned by the caller; message is NUL-terminated UTF-8 */
  uint32_t struct_size;
  int32_t code;
  char message[504];
} patchbay_err;

/* ---- what the host gives to open() -------------------------------------------------------------- */

enum { PATCHBAY_LOG_ERROR = 0, PATCHBAY_LOG_WARNING = 1, PATCHBAY_LOG_INFO = 2, PATCHBAY_LOG_DEBUG = 3 };

typedef struct patchbay_host {
  uint32_t struct_size;
  uint32_t abi_minor; /* of the header the host was built with */
  void *context;      /* pass it back to the functions below */
  /* One message for the person who runs the host; it is redacted. [any thread; never calls back] */
  void (*log)(void *context, int32_t level, patchbay_str message) PATCHBAY_NOEXCEPT;
  /* The host's side of an extension "name/revision", or NULL where it has none. [any thread] */
  const void *(*get_extension)(void *context, const char *id) PATCHBAY_NOEXCEPT;
} patchbay_host;

/* An input of the caller. Its bytes stay in the host: the adapter places them by index. */
typedef struct patchbay_blob {
  uint32_t struct_size;
  uint32_t width;  /* pixels; 0 where it is no image */
  uint32_t height; /* pixels */
  uint32_t reserved;
  uint64_t size;     /* bytes, before any encoding */
  patchbay_str mime; /* from the bytes themselves, eg "image/png"; empty for opaque state */
} patchbay_blob;

enum { PATCHBAY_ROLE_SYSTEM = 1, PATCHBAY_ROLE_USER = 2, PATCHBAY_ROLE_ASSISTANT = 3 };
enum { PATCHBAY_PART_TEXT = 1, PATCHBAY_PART_IMAGE = 2, PATCHBAY_PART_STATE = 3 };

/* A piece of a message. STATE is what an earlier session emitted as a STATE part, byte for byte; it
 * belongs to the part before it. */
typedef struct patchbay_input_part {
  uint32_t struct_size;
  uint32_t kind;       /* PATCHBAY_PART_* */
  uint32_t blob_index; /* IMAGE and STATE: into patchbay_request.blobs */
  uint32_t reserved;
  patchbay_str text; /* TEXT */
} patchbay_input_part;

typedef struct patchbay_message {
  uint32_t struct_size;
  uint32_t role; /* PATCHBAY_ROLE_* */
  const patchbay_input_part *const *parts;
  uint64_t part_count;
} patchbay_message;

enum {
  PATCHBAY_OP_IMAGE = 1,  /* draw, or edit where a message has images */
  PATCHBAY_OP_CHAT = 2,   /* answer in text */
  PATCHBAY_OP_MODELS = 3, /* list what the provider offers, all pages: MODEL actions */
  PATCHBAY_OP_VERIFY = 4  /* the cheapest call that proves a credential */
};

/* What to do. Lives, with all it points to, until close().
 *
 * Keys of `params`, all optional and as text: "size" (WIDTHxHEIGHT in pixels), "aspect_ratio" (16:9),
 * "resolution" (512, 1K, 2K, 4K), "count", "seed", "temperature", "stream" (1 or 0), and those that
 * the adapter's manifest declares. `settings` are the provider row's, of the manifest's schema. */
typedef struct patchbay_request {
  uint32_t struct_size;
  uint32_t operation; /* PATCHBAY_OP_* */
  patchbay_str model; /* the provider's id; empty for MODELS and VERIFY */
  patchbay_str auth_type; /* "bearer", "api_key" or "oauth"; empty for an adapter without credential */
  const patchbay_message *const *messages;
  uint64_t message_count;
  const patchbay_blob *const *blobs;
  uint64_t blob_count;
  const patchbay_kv *params;
  uint64_t param_count;
  const patchbay_kv *settings;
  uint64_t setting_count;
  uint64_t random; /* the only randomness a session may use, so that a replay is exact */
} patchbay_request;

/* ---- inputs: host to session -------------------------------------------------------------------- */

enum {
  PATCHBAY_IN_START = 1,     /* once, first; no payload */
  PATCHBAY_IN_HTTP_HEAD = 2, /* payload: patchbay_http_head */
  PATCHBAY_IN_HTTP_DATA = 3, /* payload: patchbay_bytes, never empty */
  PATCHBAY_IN_HTTP_END = 4,  /* the body arrived whole; no payload */
  PATCHBAY_IN_HTTP_FAIL = 5, /* payload: patchbay_http_fail; nothing more of this exchange follows */
  PATCHBAY_IN_TIMER = 6,     /* no payload */
  PATCHBAY_IN_CANCEL = 7     /* no payload; say DONE or ERROR now, close() follows */
};

typedef struct patchbay_http_head {
  uint32_t struct_size;
  uint32_t status;
  const patchbay_kv *headers; /* names in lower case; without Set-Cookie and its like */
  uint64_t header_count;
} patchbay_http_head;

enum {
  PATCHBAY_FAIL_NETWORK = 1, /* resolving, connecting, TLS, or the connection broke */
  PATCHBAY_FAIL_TIMEOUT = 2,
  PATCHBAY_FAIL_LIMIT = 3, /* larger than the host allows */
  PATCHBAY_FAIL_POLICY = 4 /* the host refused to send it: undeclared origin, forbidden header, redirect */
};

typedef struct patchbay_http_fail {
  uint32_t struct_size;
  uint32_t kind; /* PATCHBAY_FAIL_* */
  uint32_t sent; /* 0: nothing of the request left this machine, so nothing was billed */
  uint32_t reserved;
  patchbay_str message;
} patchbay_http_fail;

typedef struct patchbay_input {
  uint32_t struct_size;
  uint32_t kind;        /* PATCHBAY_IN_* */
  uint64_t id;          /* of the exchange or timer; 0 for START and CANCEL */
  uint64_t now_unix_ms; /* the only clock a session may use */
  const void *payload;
} patchbay_input;

/* ---- actions: session to host ------------------------------------------------------------------- */

/* An unknown kind with this bit is skipped; without it the session fails. */
#define PATCHBAY_ACT_IGNORABLE 0x80000000u

enum {
  PATCHBAY_ACT_IDLE = 0, /* nothing more until an input comes: `id` is the one exchange or timer waited
                            for, and the host delivers only that one's inputs, or CANCEL */
  PATCHBAY_ACT_HTTP = 1,       /* payload: patchbay_http_request; `id` is chosen by the session, not 0 */
  PATCHBAY_ACT_ABORT_HTTP = 2, /* `id`: give that exchange up */
  PATCHBAY_ACT_WAIT = 3,       /* payload: uint64_t, milliseconds; `id` as for HTTP, in one id space */
  PATCHBAY_ACT_PART = 4,       /* payload: patchbay_part */
  PATCHBAY_ACT_USAGE = 5,      /* payload: patchbay_usage; the last one counts */
  PATCHBAY_ACT_META = 6,       /* payload: patchbay_kv, eg {"response_id", "…"} */
  PATCHBAY_ACT_DONE = 7,       /* the end: everything asked for was given */
  PATCHBAY_ACT_ERROR = 8,      /* the end: payload: patchbay_failure */
  PATCHBAY_ACT_MODEL = 9       /* payload: patchbay_model */
};

enum {
  PATCHBAY_SEG_BYTES = 1,      /* `bytes` */
  PATCHBAY_SEG_BLOB_RAW = 2,   /* the blob's bytes as they are */
  PATCHBAY_SEG_BLOB_BASE64 = 3, /* the blob in standard base64 with padding, encoded as it is sent */
  PATCHBAY_SEG_BLOB_JSON = 4   /* the blob, UTF-8, escaped as the inside of a JSON string */
};

typedef struct patchbay_segment {
  uint32_t kind; /* PATCHBAY_SEG_* */
  uint32_t blob_index;
  patchbay_bytes bytes; /* copied by the host before its next call */
} patchbay_segment;

#define PATCHBAY_ORIGIN_ENDPOINT 0u      /* the provider's endpoint_url, its base path included */
#define PATCHBAY_ORIGIN_URL 0xFFFFFFFFu  /* `target` is a whole https URL: GET only, without credential,
                                            where the manifest allows it. 1, 2, …: manifest origins */
enum { PATCHBAY_HTTP_ANONYMOUS = 1u << 0 }; /* do not attach the credential */

typedef struct patchbay_http_request {
  uint32_t struct_size;
  uint32_t origin; /* an index, not a URL: an undeclared host cannot be named */
  uint32_t flags;  /* PATCHBAY_HTTP_* */
  uint32_t reserved;
  patchbay_str method;
  patchbay_str target; /* "/path?query", relative to the origin */
  const patchbay_kv *headers; /* the host refuses Host, Authorization, Cookie, Proxy-*, hop-by-hop names,
                                 the credential's own header, and control characters */
  uint64_t header_count;
  const patchbay_segment *body; /* all of them, in order */
  uint64_t body_count;
} patchbay_http_request;

enum { PATCHBAY_PART_FIRST = 1u << 0, PATCHBAY_PART_LAST = 1u << 1 };
enum { PATCHBAY_ENCODING_RAW = 0, PATCHBAY_ENCODING_BASE64 = 1 }; /* base64: any alphabet, padding optional,
                                                                    white space and JSON's "\/" allowed */
enum { PATCHBAY_PART_FINAL = 0, PATCHBAY_PART_DRAFT = 1, PATCHBAY_PART_THOUGHT = 2 };
#define PATCHBAY_NO_PART 0xFFFFFFFFu

/* A piece of one part of the answer. The pieces of a part share `index`; parts may interleave. A part is
 * provisional until LAST: `mime` at FIRST is a hint (empty: the host looks at the bytes), at LAST it is
 * final; `disposition` and `belongs_to` count at LAST alone, since providers state them late. */
typedef struct patchbay_part {
  uint32_t struct_size;
  uint32_t index;       /* counted from 0 by the session */
  uint32_t kind;        /* PATCHBAY_PART_TEXT, IMAGE or STATE */
  uint32_t flags;       /* PATCHBAY_PART_FIRST, LAST */
  uint32_t encoding;    /* PATCHBAY_ENCODING_* */
  uint32_t disposition; /* PATCHBAY_PART_FINAL, DRAFT or THOUGHT */
  uint32_t belongs_to;  /* STATE: the part it must be echoed with, or PATCHBAY_NO_PART */
  uint32_t reserved;
  patchbay_str mime;
  patchbay_bytes data; /* may be empty */
} patchbay_part;

enum {
  PATCHBAY_USAGE_INPUT_TOKENS = 1u << 0,
  PATCHBAY_USAGE_OUTPUT_TOKENS = 1u << 1,
  PATCHBAY_USAGE_TOTAL_TOKENS = 1u << 2,
  PATCHBAY_USAGE_IMAGES = 1u << 3,
  PATCHBAY_USAGE_COST = 1u << 4
};

typedef struct patchbay_usage {
  uint32_t struct_size;
  uint32_t known; /* PATCHBAY_USAGE_*: the fields that the provider stated */
  uint64_t input_tokens;
  uint64_t output_tokens;
  uint64_t total_tokens;
  uint64_t images;
  uint64_t cost_nano_usd; /* 1e-9 US dollars */
} patchbay_usage;

enum {
  PATCHBAY_MODEL_IMAGES = 1u << 0, /* draws */
  PATCHBAY_MODEL_CHAT = 1u << 1    /* answers in text */
};

typedef struct patchbay_model {
  uint32_t struct_size;
  uint32_t flags; /* PATCHBAY_MODEL_* */
  patchbay_str id; /* as `model` takes it */
  patchbay_str display_name;
  patchbay_str description;
} patchbay_model;

/* One to one with the host's taxonomy: what the failure says about the key, the provider, the request. */
enum {
  PATCHBAY_ERR_AUTH_INVALID = 1, /* the key is wrong, expired, leaked or suspended */
  PATCHBAY_ERR_AUTH_CONFIG = 2,  /* the account or place: service disabled, region, IP or referrer */
  PATCHBAY_ERR_QUOTA = 3,        /* an allowance is used up */
  PATCHBAY_ERR_RATE = 4,         /* too fast */
  PATCHBAY_ERR_BLOCKED = 5,      /* content refused */
  PATCHBAY_ERR_NO_OUTPUT = 6,    /* answered, but not with what was asked */
  PATCHBAY_ERR_BAD_REQUEST = 7,
  PATCHBAY_ERR_MODEL = 8, /* unknown or retired */
  PATCHBAY_ERR_UPSTREAM = 9,
  PATCHBAY_ERR_NETWORK = 10,
  PATCHBAY_ERR_PROTOCOL = 11, /* unparsable, truncated, of the wrong type */
  PATCHBAY_ERR_PLUGIN = 12,   /* the adapter itself failed */
  PATCHBAY_ERR_CANCELLED = 13
};
enum { PATCHBAY_BILLED_UNKNOWN = 0, PATCHBAY_BILLED_NO = 1, PATCHBAY_BILLED_YES = 2 };

typedef struct patchbay_failure {
  uint32_t struct_size;
  uint32_t category;    /* PATCHBAY_ERR_* */
  uint32_t billed;      /* PATCHBAY_BILLED_* */
  uint32_t http_status; /* 0 where there was none */
  uint64_t retry_after_ms; /* 0 where the provider did not say */
  patchbay_str provider_code; /* the provider's own, eg "API_KEY_INVALID" */
  patchbay_str message;       /* the provider's own words where it used any */
  uint32_t understood; /* 1: the body was this provider's error format. 0 never changes a key's state */
  uint32_t reserved;
} patchbay_failure;

typedef struct patchbay_action { /* filled by next(); struct_size is set by the caller */
  uint32_t struct_size;
  uint32_t kind; /* PATCHBAY_ACT_* */
  uint64_t id;
  const void *payload;
} patchbay_action;

/* ---- the plugin ----------------------------------------------------------------------------------- */

typedef struct patchbay_session patchbay_session;

typedef struct patchbay_module {
  uint32_t struct_size;
  uint32_t abi_minor;      /* PATCHBAY_ABI_MINOR of the header the plugin was built with */
  uint32_t min_host_minor; /* the oldest host it works with */
  uint32_t adapter_count;  /* as many as its manifest describes, in that order */

  /* Starts a session of one adapter. On failure *out is untouched and err says why.
   * host and request live until close(). [any thread] */
  patchbay_status (*open)(uint32_t adapter, const patchbay_host *host, const patchbay_request *request,
                          patchbay_session **out, patchbay_err *err) PATCHBAY_NOEXCEPT;
  /* Hands one input in. PATCHBAY_E_STATE before next() has answered IDLE, except for CANCEL; ignored
   * after DONE or ERROR. [one call per session at a time] */
  patchbay_status (*feed)(patchbay_session *session, const patchbay_input *input,
                          patchbay_err *err) PATCHBAY_NOEXCEPT;
  /* Takes one action out; after DONE or ERROR the same again. [as feed] */
  patchbay_status (*next)(patchbay_session *session, patchbay_action *out,
                          patchbay_err *err) PATCHBAY_NOEXCEPT;
  /* Ends a session at any point and frees all it holds. NULL is allowed. [as feed] */
  void (*close)(patchbay_session *session) PATCHBAY_NOEXCEPT;
  /* The plugin's side of an extension "name/revision", or NULL. Static storage. [any thread] */
  const void *(*get_extension)(const char *id) PATCHBAY_NOEXCEPT;
} patchbay_module;

/* The one exported symbol. Pure: allocates nothing, starts nothing, returns static storage. [any thread] */
PATCHBAY_EXPORT const patchbay_module *patchbay_plugin_v1(void) PATCHBAY_NOEXCEPT;

/* Places the manifest, a JSON string literal, where a host finds it without running the plugin. */
#define PATCHBAY_MANIFEST(json)                                            \
  __attribute__((section("patchbay.manifest"), used, retain, aligned(1))) \
  static const char patchbay_manifest_[] = json

#ifdef __cplusplus
}
#endif
#endif
