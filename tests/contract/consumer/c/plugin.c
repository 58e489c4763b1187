/* The ABI by hand: a session that answers with one piece of text and ends. */
#include <patchbay/plugin.h>

#include <stdlib.h>

struct patchbay_session {
  int told;
  patchbay_part part;
};

PATCHBAY_MANIFEST(
    "{\"id\": \"example.plain_c\", \"version\": \"0.1.0\", \"name\": \"plain_c\", "
    "\"operations\": [\"chat\"], \"no_credential\": true}");

static patchbay_status open_session(uint32_t adapter,
                                    const patchbay_host* host,
                                    const patchbay_request* request,
                                    patchbay_session** out,
                                    patchbay_err* err) {
  patchbay_session* session;
  (void)host;
  (void)err;
  if (adapter != 0 || request->operation != PATCHBAY_OP_CHAT) return PATCHBAY_E_UNSUPPORTED;
  session = calloc(1, sizeof *session);
  if (session == NULL) return PATCHBAY_E_NOMEM;
  *out = session;
  return PATCHBAY_OK;
}
static patchbay_status feed(patchbay_session* session,
                            const patchbay_input* input,
                            patchbay_err* err) {
  (void)session;
  (void)input;
  (void)err;
  return PATCHBAY_OK;
}
static patchbay_status next(patchbay_session* session, patchbay_action* out, patchbay_err* err) {
  static const char text[] = "plain C";
  (void)err;
  out->kind = session->told ? PATCHBAY_ACT_DONE : PATCHBAY_ACT_PART;
  out->id = 0;
  out->payload = session->told ? NULL : &session->part;
  session->part.struct_size = sizeof session->part;
  session->part.kind = PATCHBAY_PART_TEXT;
  session->part.flags = PATCHBAY_PART_FIRST | PATCHBAY_PART_LAST;
  session->part.belongs_to = PATCHBAY_NO_PART;
  session->part.data.ptr = (const uint8_t*)text;
  session->part.data.len = sizeof text - 1;
  session->told = 1;
  return PATCHBAY_OK;
}
static void close_session(patchbay_session* session) {
  free(session);
}
static const void* get_extension(const char* id) {
  (void)id;
  return NULL;
}

static const patchbay_module module = {sizeof(patchbay_module),
                                       PATCHBAY_ABI_MINOR,
                                       0,
                                       1,
                                       open_session,
                                       feed,
                                       next,
                                       close_session,
                                       get_extension};

const patchbay_module* patchbay_plugin_v1(void) {
  return &module;
}
