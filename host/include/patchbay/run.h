/* run.h - requests: what is asked, who is told how it goes, and what came of it. Part of host.h, which
 * includes it and says what holds for threads, strings and growth. */
#ifndef PATCHBAY_RUN_H
#define PATCHBAY_RUN_H

#ifndef PATCHBAY_HOST_H
#error "include patchbay/host.h"
#endif

/* ---- what is asked ------------------------------------------------------------------------------ */

enum { PATCHBAY_RUN_IMAGE = 1, PATCHBAY_RUN_CHAT = 2, PATCHBAY_RUN_MODELS = 3, PATCHBAY_RUN_VERIFY = 4 };

enum {
  PATCHBAY_INPUT_FILE = 0,   /* opened now, read while it is sent */
  PATCHBAY_INPUT_MEMORY = 1, /* copied now */
  PATCHBAY_INPUT_READER = 2  /* `size` bytes, from a function of yours */
};
enum { PATCHBAY_INPUT_IMAGE = 0, PATCHBAY_INPUT_STATE = 1 /* opaque, from patchbay_answer.states */ };

/* Fills `out` with at most `capacity` bytes from `offset` on; how many, 0 at the end, below 0 where it
 * fails. Called while the run is submitted, on that thread; later on the loop's. Never twice at once. */
typedef int64_t (*patchbay_reader)(void *user, uint64_t offset, void *out, uint64_t capacity);

typedef struct patchbay_run_input {
  uint32_t struct_size;
  uint32_t source;  /* PATCHBAY_INPUT_FILE, _MEMORY or _READER */
  uint32_t content; /* PATCHBAY_INPUT_IMAGE or _STATE */
  uint32_t reserved;
  const char *file;
  const void *bytes;
  uint64_t size;
  patchbay_reader read;
  void (*release)(void *user); /* READER: once, when it is not read again; also after a refusal */
  void *user;
} patchbay_run_input;

typedef struct patchbay_run_pair {
  const char *name;
  const char *value;
} patchbay_run_pair;

enum { PATCHBAY_RUN_SYSTEM = 1, PATCHBAY_RUN_USER = 2, PATCHBAY_RUN_ASSISTANT = 3 };
typedef struct patchbay_run_piece { /* text, or where that is NULL an input */
  const char *text;
  uint64_t input; /* into patchbay_run_options.inputs */
} patchbay_run_piece;
typedef struct patchbay_run_message {
  uint64_t role;
  const patchbay_run_piece *pieces;
  uint64_t piece_count;
} patchbay_run_message;

enum {
  PATCHBAY_OUTPUT_MEMORY = 0, /* in the answer */
  PATCHBAY_OUTPUT_FILE = 1,   /* under exactly the name of `file`: whole or absent */
  PATCHBAY_OUTPUT_OBSERVER = 2 /* to on_image_*, piece by piece, once they are known to be whole */
};
enum { PATCHBAY_RUN_REPLACE_FILE = 1u << 0 };

typedef struct patchbay_run_options {
  uint32_t struct_size;
  uint32_t operation;
  uint32_t output; /* of images */
  uint32_t flags;
  const char *provider;    /* else whoever can */
  const char *model;       /* else the provider's */
  const char *environment; /* else the host's */
  const char *user;        /* whose keys; else nobody's */
  const char *prompt;      /* one message of the user, with all inputs after it */
  const char *system;      /* before it */
  const patchbay_run_message *messages; /* instead of both, for conversations */
  uint64_t message_count;
  const patchbay_run_input *const *inputs;
  uint64_t input_count;
  const patchbay_run_pair *params; /* "size", "aspect_ratio", "seed", …, and the plugin's own */
  uint64_t param_count;
  uint64_t deadline_ms; /* for all of it; 0: as patchbay.toml says, else 300 s for images, 120 s for chat */
  const char *file;     /* PATCHBAY_OUTPUT_FILE */
  uint64_t memory_max;  /* PATCHBAY_OUTPUT_MEMORY: bytes of all images. 0: 64 MiB */
} patchbay_run_options;

/* ---- what came of it ---------------------------------------------------------------------------- */

typedef struct patchbay_run_image {
  uint32_t struct_size;
  uint32_t width;  /* pixels */
  uint32_t height; /* pixels */
  uint32_t reserved;
  uint64_t index;     /* from 0 */
  uint64_t size;      /* bytes */
  const char *mime;   /* "image/png" */
  const char *sha256; /* hex */
  const char *file;   /* PATCHBAY_OUTPUT_FILE; else "" */
  const void *bytes;  /* PATCHBAY_OUTPUT_MEMORY; else NULL */
} patchbay_run_image;

enum {
  PATCHBAY_KNOWN_INPUT_TOKENS = 1u << 0,
  PATCHBAY_KNOWN_OUTPUT_TOKENS = 1u << 1,
  PATCHBAY_KNOWN_TOTAL_TOKENS = 1u << 2,
  PATCHBAY_KNOWN_IMAGES = 1u << 3,
  PATCHBAY_KNOWN_COST = 1u << 4
};
typedef struct patchbay_run_usage {
  uint32_t struct_size;
  uint32_t known; /* which of the fields below were told: PATCHBAY_KNOWN_* */
  uint64_t input_tokens;
  uint64_t output_tokens;
  uint64_t total_tokens;
  uint64_t images;
  uint64_t cost_nano_usd; /* 1e-9 US dollars */
} patchbay_run_usage;

typedef struct patchbay_run_model {
  uint32_t struct_size;
  uint32_t draws;
  uint32_t chats;
  uint32_t reserved;
  const char *id;
  const char *display_name;
  const char *description;
} patchbay_run_model;

typedef struct patchbay_run_state { /* give it back, unread, as an input in the next turn */
  const void *bytes;
  uint64_t size;
} patchbay_run_state;

typedef struct patchbay_answer {
  uint32_t struct_size;
  uint32_t attempt_count;
  uint64_t duration_ms;
  const char *provider;
  const char *model;
  const char *request_id;
  const char *attempt_id;
  const char *text; /* also the words beside an image; may be "" */
  const patchbay_run_image *const *images;
  uint64_t image_count;
  const patchbay_run_model *const *models;
  uint64_t model_count;
  const patchbay_run_state *states;
  uint64_t state_count;
  const patchbay_run_pair *meta; /* what the plugin told: "response_id", "mapping", … */
  uint64_t meta_count;
  const patchbay_run_usage *usage;
} patchbay_answer;

/* ---- who is told: all on the loop's thread, in this order, each where it is not NULL -------------- */

typedef struct patchbay_run_progress {
  uint32_t struct_size;
  uint32_t reserved;
  uint64_t elapsed_ms;
  uint64_t bytes_received; /* of the attempt under way */
} patchbay_run_progress;

/* on_image_bytes: give up. */
#define PATCHBAY_RUN_STOP UINT64_MAX

typedef struct patchbay_observer {
  uint32_t struct_size;
  uint32_t reserved;
  void *user;
  /* Again and again while it runs. */
  void (*on_progress)(void *user, patchbay_run *run, const patchbay_run_progress *progress);
  /* Text as it comes, cut anywhere; also what turns out later to be a thought. */
  void (*on_text)(void *user, patchbay_run *run, const char *text, uint64_t size);
  /* PATCHBAY_OUTPUT_OBSERVER: for each image its facts, its bytes, its end. */
  void (*on_image_begin)(void *user, patchbay_run *run, const patchbay_run_image *image);
  /* How many were taken. Fewer than `size`: the rest comes again after patchbay_run_resume(). */
  uint64_t (*on_image_bytes)(void *user, patchbay_run *run, const void *bytes, uint64_t size);
  void (*on_image_end)(void *user, patchbay_run *run, const patchbay_run_image *image);
  void (*on_usage)(void *user, patchbay_run *run, const patchbay_run_usage *usage);
  /* Once, last, always, and after the run was submitted: one of the two is NULL. Both are the run's. */
  void (*on_done)(void *user, patchbay_run *run, const patchbay_answer *answer,
                  const patchbay_error *error);
} patchbay_observer;

/* Starts a request. What can be told without asking anybody is refused here; everything else comes to
 * on_done. `observer` may be NULL, as may `run`; else the run is the caller's to release, and is set
 * before the first callback. Any thread; with PATCHBAY_HOST_YOUR_LOOP the loop's. */
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_run_submit(
    patchbay_host_handle *host, const patchbay_run_options *options, const patchbay_observer *observer,
    patchbay_run **run);
/* Asks the run to end with PATCHBAY_CODE_CANCELLED; it may have ended otherwise. Any thread. */
PATCHBAY_HOST_CALL void patchbay_run_cancel(patchbay_run *run);
/* After on_image_bytes took less than it was given. Any thread. */
PATCHBAY_HOST_CALL void patchbay_run_resume(patchbay_run *run);
/* 1 once on_done was called. Any thread. */
PATCHBAY_HOST_CALL uint32_t patchbay_run_is_over(const patchbay_run *run);
/* Waits until the run is over: its own error where that failed, PATCHBAY_CODE_TIMEOUT after
 * `timeout_ms`, with the run still under way. UINT64_MAX: no limit. With PATCHBAY_HOST_YOUR_LOOP it runs
 * the loop. The error is the caller's. Refuses in a callback. */
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_run_wait(patchbay_run *run,
                                                                        uint64_t timeout_ms);
/* Both in one, without an observer. The answer is the run's; `run` is set also where it failed later
 * than in patchbay_run_submit(), else it is NULL. */
PATCHBAY_HOST_CALL PATCHBAY_HOST_MUST patchbay_error *patchbay_host_ask(
    patchbay_host_handle *host, const patchbay_run_options *options, patchbay_run **run);
/* NULL before the end and where it failed. Any thread. */
PATCHBAY_HOST_CALL const patchbay_answer *patchbay_run_answer(const patchbay_run *run);
/* NULL before the end and where it did not fail. Any thread. */
PATCHBAY_HOST_CALL const patchbay_error *patchbay_run_error(const patchbay_run *run);
/* Frees the caller's hold on it; what runs goes on. NULL: nothing. Any thread, once. */
PATCHBAY_HOST_CALL void patchbay_run_release(patchbay_run *run);

#endif
