/* A plugin that keeps its contract, with a place for each way to break it: what a broken one of
 * this folder defines before it includes this. Compiles as C and as C++.
 *
 * Its provider takes a prompt at /words and answers lines: "say WORDS", as often as it likes, then
 * "end". An error is a line "error: WORDS" with a status that means what its RFC says. */
#ifndef PATCHBAY_ZOO_H
#define PATCHBAY_ZOO_H

#include <patchbay/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef ZOO_ENDPOINT
#define ZOO_ENDPOINT "https://api.zoo.example/v1"
#endif
#ifndef ZOO_ADAPTER_COUNT
#define ZOO_ADAPTER_COUNT 1
#endif
#ifndef ZOO_LINE_MAX
#define ZOO_LINE_MAX 4096u
#endif
#ifndef ZOO_OPEN
#define ZOO_OPEN
#endif
#ifndef ZOO_FEED
#define ZOO_FEED
#endif
#ifndef ZOO_HEAD
#define ZOO_HEAD
#endif
#ifndef ZOO_DATA
#define ZOO_DATA
#endif
#ifndef ZOO_CANCEL
#define ZOO_CANCEL fail(session, PATCHBAY_ERR_CANCELLED, "cancelled")
#endif
#ifndef ZOO_LOST
#define ZOO_LOST fail(session, PATCHBAY_ERR_NETWORK, "the connection was lost")
#endif
#ifndef ZOO_UNKNOWN
#define ZOO_UNKNOWN
#endif
#ifndef ZOO_OUT_OF_TURN
#define ZOO_OUT_OF_TURN return refused(err, PATCHBAY_E_STATE, "called out of turn")
#endif
#ifndef ZOO_NEXT
#define ZOO_NEXT
#endif
#ifndef ZOO_REQUEST
#define ZOO_REQUEST
#endif
#ifndef ZOO_PART
#define ZOO_PART
#endif
#ifndef ZOO_LINE
#define ZOO_LINE
#endif
#ifndef ZOO_END
#define ZOO_END
#endif
#ifndef ZOO_IS_WHOLE
#define ZOO_IS_WHOLE session->said_end
#endif
#ifndef ZOO_FAILURE
#define ZOO_FAILURE
#endif
#ifndef ZOO_CLOSE
#define ZOO_CLOSE
#endif
#ifndef ZOO_KNOWS_OPERATION
#define ZOO_KNOWS_OPERATION request->operation == PATCHBAY_OP_CHAT
#endif
#ifndef ZOO_REFUSAL_OF_ADAPTER
#define ZOO_REFUSAL_OF_ADAPTER return refused(err, PATCHBAY_E_ARG, "there is no such adapter")
#endif
#ifndef ZOO_EXTENSION
#define ZOO_EXTENSION NULL
#endif
#ifndef ZOO_FIRST_ID
#define ZOO_FIRST_ID 1
#endif
#ifndef ZOO_AWAITED
#define ZOO_AWAITED session->id
#endif

#ifndef ZOO_NO_MANIFEST
PATCHBAY_MANIFEST(
    "{\"id\": \"example.zoo\", \"version\": \"1.0.0\", \"name\": \"zoo\", "
    "\"operations\": [\"chat\"], \"auth\": {\"bearer\": {}}, \"endpoint\": "
    "\"" ZOO_ENDPOINT "\"}");
#endif

struct patchbay_session {
  const patchbay_request* request;
  uint64_t id;
  int idle, ended, request_due, at_end, said_end, lines, told_end;
  uint32_t status;
  const uint8_t* data; /* lent until the session is idle */
  const uint8_t* first_chunk;
  uint64_t data_size, at, seen_bytes;
  char* line;
  uint64_t line_size;
  char words[64];
  patchbay_segment segment;
  patchbay_kv header;
  patchbay_kv pair;
  patchbay_http_request http;
  patchbay_part part;
  uint32_t part_count;
  patchbay_failure failure;
  char message[256];
};

static patchbay_str str(const char* text) {
  patchbay_str out;
  out.ptr = text;
  out.len = strlen(text);
  return out;
}

static patchbay_status refused(patchbay_err* err, patchbay_status status, const char* why) {
  if (err != NULL && PATCHBAY_HAS(err, message)) {
    err->code = status;
    snprintf(err->message, sizeof err->message, "%s", why);
  }
  return status;
}

static void fail(patchbay_session* session, uint32_t category, const char* why) {
  session->ended = 1;
  session->failure.struct_size = sizeof session->failure;
  session->failure.category = category;
  session->failure.http_status = session->status;
  snprintf(session->message, sizeof session->message, "%s", why);
  session->failure.message = str(session->message);
  ZOO_FAILURE;
}

static void fail_by_status(patchbay_session* session) {
  const int understood = session->line_size >= 7 && memcmp(session->line, "error: ", 7) == 0;
  const uint32_t status = session->status;
  uint32_t category = status >= 500   ? PATCHBAY_ERR_UPSTREAM
                      : status == 429 ? PATCHBAY_ERR_RATE
                                      : PATCHBAY_ERR_BAD_REQUEST;
  if (status == 401) category = understood ? PATCHBAY_ERR_AUTH_INVALID : PATCHBAY_ERR_PROTOCOL;
  session->failure.understood = (uint32_t)understood;
  fail(session, category, "the provider refuses it");
  if (!understood) return;
  snprintf(session->message,
           sizeof session->message,
           "%.*s",
           (int)(session->line_size - 7 < 200 ? session->line_size - 7 : 200),
           session->line + 7);
  session->failure.message = str(session->message);
}

static patchbay_status zoo_open(uint32_t adapter,
                                const patchbay_host* host,
                                const patchbay_request* request,
                                patchbay_session** out,
                                patchbay_err* err) PATCHBAY_NOEXCEPT {
  patchbay_session* session;
  if (adapter != 0) ZOO_REFUSAL_OF_ADAPTER;
  if (host == NULL || request == NULL || out == NULL || !PATCHBAY_HAS(request, random))
    return refused(err, PATCHBAY_E_ARG, "an argument is missing or too small");
  if (!(ZOO_KNOWS_OPERATION)) return refused(err, PATCHBAY_E_UNSUPPORTED, "it cannot do this");
  ZOO_OPEN;
  session = (patchbay_session*)calloc(1, sizeof *session);
  if (session == NULL) return refused(err, PATCHBAY_E_NOMEM, "out of memory");
  session->request = request;
  session->id = ZOO_FIRST_ID;
  session->idle = 1;
  *out = session;
  return PATCHBAY_OK;
}

static void take(patchbay_session* session, const patchbay_input* input) {
  switch (input->kind) {
    case PATCHBAY_IN_START: session->request_due = 1; break;
    case PATCHBAY_IN_HTTP_HEAD:
      session->status = ((const patchbay_http_head*)input->payload)->status;
      ZOO_HEAD;
      break;
    case PATCHBAY_IN_HTTP_DATA:
      session->data = ((const patchbay_bytes*)input->payload)->ptr;
      session->data_size = ((const patchbay_bytes*)input->payload)->len;
      session->at = 0;
      ZOO_DATA;
      break;
    case PATCHBAY_IN_HTTP_END: session->at_end = 1; break;
    case PATCHBAY_IN_HTTP_FAIL: ZOO_LOST; break;
    default: break;
  }
}

static patchbay_status zoo_feed(patchbay_session* session,
                                const patchbay_input* input,
                                patchbay_err* err) PATCHBAY_NOEXCEPT {
  if (session == NULL || input == NULL || !PATCHBAY_HAS(input, payload))
    return refused(err, PATCHBAY_E_ARG, "an argument is missing or too small");
  if (session->ended) return PATCHBAY_OK;
  ZOO_FEED;
  if (input->kind == PATCHBAY_IN_CANCEL) {
    ZOO_CANCEL;
    return PATCHBAY_OK;
  }
  if (!session->idle) ZOO_OUT_OF_TURN;
  if (input->kind > PATCHBAY_IN_CANCEL) {
    ZOO_UNKNOWN;
  }
  if (input->kind != PATCHBAY_IN_START && input->id != session->id) return PATCHBAY_OK;
  session->idle = 0;
  take(session, input);
  return PATCHBAY_OK;
}

static void act(patchbay_action* out, uint32_t kind, uint64_t id, const void* payload) {
  out->kind = kind;
  out->id = id;
  out->payload = payload;
}

static void ask(patchbay_session* session, patchbay_action* out) {
  const patchbay_request* request = session->request;
  patchbay_http_request* http = &session->http;
  session->request_due = 0;
  http->struct_size = sizeof *http;
  http->origin = PATCHBAY_ORIGIN_ENDPOINT;
  http->method = str("POST");
  http->target = str("/words");
  session->segment.kind = PATCHBAY_SEG_BYTES;
  if (request->message_count > 0 && request->messages[0]->part_count > 0 &&
      request->messages[0]->parts[0]->kind == PATCHBAY_PART_TEXT) {
    const patchbay_str text = request->messages[0]->parts[0]->text;
    session->segment.bytes.ptr = (const uint8_t*)text.ptr;
    session->segment.bytes.len = text.len;
  }
  http->body = &session->segment;
  http->body_count = 1;
  ZOO_REQUEST;
  act(out, PATCHBAY_ACT_HTTP, session->id, http);
}

/* A whole line; true where it is an action. */
static int take_line(patchbay_session* session, patchbay_action* out) {
  const uint64_t size = session->line_size;
  if (session->status != 200) return 0; /* kept for the end */
  session->line_size = 0;
  ++session->lines;
  ZOO_LINE;
  if (size == 3 && memcmp(session->line, "end", 3) == 0) {
    session->said_end = 1;
    return 0;
  }
  if (session->said_end || size < 5 || memcmp(session->line, "say ", 4) != 0) {
    fail(session, PATCHBAY_ERR_PROTOCOL, "the answer is not in the zoo's format");
    return 0;
  }
  memset(&session->part, 0, sizeof session->part);
  session->part.struct_size = sizeof session->part;
  session->part.index = session->part_count++;
  session->part.kind = PATCHBAY_PART_TEXT;
  session->part.flags = PATCHBAY_PART_FIRST | PATCHBAY_PART_LAST;
  session->part.belongs_to = PATCHBAY_NO_PART;
  session->part.data.ptr = (const uint8_t*)session->line + 4;
  session->part.data.len = size - 4;
  act(out, PATCHBAY_ACT_PART, 0, &session->part);
  ZOO_PART;
  return 1;
}

static int keep(patchbay_session* session, uint8_t byte) {
  if (session->line_size >= ZOO_LINE_MAX) return 0;
  if (session->line_size % 256 == 0) {
    char* longer = (char*)realloc(session->line, session->line_size + 256);
    if (longer == NULL) return 0;
    session->line = longer;
  }
  session->line[session->line_size++] = (char)byte;
  return 1;
}

/* The next action that the data gives; false where there is none. */
static int read_data(patchbay_session* session, patchbay_action* out) {
  while (!session->ended && session->at < session->data_size) {
    const uint8_t byte = session->data[session->at++];
    ++session->seen_bytes;
    if (byte == '\n') {
      if (take_line(session, out)) return 1;
    } else if (!keep(session, byte)) {
      fail(session, PATCHBAY_ERR_PROTOCOL, "a line is too long");
    }
  }
  return 0;
}

static patchbay_status zoo_next(patchbay_session* session,
                                patchbay_action* out,
                                patchbay_err* err) PATCHBAY_NOEXCEPT {
  if (session == NULL || out == NULL || !PATCHBAY_HAS(out, payload))
    return refused(err, PATCHBAY_E_ARG, "an argument is missing or too small");
  ZOO_NEXT;
  if (!session->ended && session->request_due) {
    ask(session, out);
    return PATCHBAY_OK;
  }
  if (!session->ended && read_data(session, out)) return PATCHBAY_OK;
  if (!session->ended && session->at_end) {
    ZOO_END;
    if (session->status == 200 && (ZOO_IS_WHOLE)) {
      session->ended = 2;
    } else if (session->status == 200) {
      fail(session, PATCHBAY_ERR_PROTOCOL, "the answer is cut off");
    } else {
      fail_by_status(session);
    }
  }
  session->idle = 1;
  session->data_size = 0;
  if (session->ended) {
    session->told_end = 1;
    act(out,
        session->ended == 2 ? PATCHBAY_ACT_DONE : PATCHBAY_ACT_ERROR,
        0,
        session->ended == 2 ? NULL : &session->failure);
  } else {
    act(out, PATCHBAY_ACT_IDLE, ZOO_AWAITED, NULL);
  }
  return PATCHBAY_OK;
}

static void zoo_close(patchbay_session* session) PATCHBAY_NOEXCEPT {
  ZOO_CLOSE;
  if (session == NULL) return;
  free(session->line);
  free(session);
}

static const void* zoo_extension(const char* id) PATCHBAY_NOEXCEPT {
  (void)id;
  return ZOO_EXTENSION;
}

static const patchbay_module zoo_module = {sizeof(patchbay_module),
                                           PATCHBAY_ABI_MINOR,
                                           0,
                                           ZOO_ADAPTER_COUNT,
                                           zoo_open,
                                           zoo_feed,
                                           zoo_next,
                                           zoo_close,
                                           zoo_extension};

#ifndef ZOO_NO_ENTRY
const patchbay_module* patchbay_plugin_v1(void) PATCHBAY_NOEXCEPT {
  return &zoo_module;
}
#endif
#endif
