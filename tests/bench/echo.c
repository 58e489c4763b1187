/* Hands every piece of an answer on as it came: what a session costs, and nothing else. */
#include <patchbay/plugin.h>

struct patchbay_session {
  int rests;
  patchbay_part part;
};
static patchbay_session one;

static patchbay_status open_session(uint32_t adapter,
                                    const patchbay_host* host,
                                    const patchbay_request* request,
                                    patchbay_session** out,
                                    patchbay_err* err) {
  (void)adapter, (void)host, (void)request, (void)err;
  one.rests = 1;
  *out = &one;
  return PATCHBAY_OK;
}

static patchbay_status feed(patchbay_session* session,
                            const patchbay_input* input,
                            patchbay_err* err) {
  (void)err;
  session->rests = input->kind != PATCHBAY_IN_HTTP_DATA;
  if (session->rests) return PATCHBAY_OK;
  session->part.struct_size = sizeof session->part;
  session->part.kind = PATCHBAY_PART_IMAGE;
  session->part.belongs_to = PATCHBAY_NO_PART;
  session->part.data = *(const patchbay_bytes*)input->payload;
  return PATCHBAY_OK;
}

static patchbay_status next(patchbay_session* session, patchbay_action* out, patchbay_err* err) {
  (void)err;
  out->kind = session->rests ? PATCHBAY_ACT_IDLE : PATCHBAY_ACT_PART;
  out->id = 1;
  out->payload = &session->part;
  session->rests = 1;
  return PATCHBAY_OK;
}

static void close_session(patchbay_session* session) {
  (void)session;
}
static const void* get_extension(const char* id) {
  (void)id;
  return 0;
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
PATCHBAY_MANIFEST(
    "{\"id\": \"example.echo\", \"version\": \"1.0.0\", \"name\": \"echo\", \"operations\": "
    "[\"image\"], "
    "\"no_credential\": true}");
