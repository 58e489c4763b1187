/* What the plugins of these tests share: a module that does nothing, and its manifest. Each of the
 * plugins is a file of its own and breaks one rule. */
#ifndef PATCHBAY_TESTS_UNIT_LOADER_PLUGINS_FIXTURE_H
#define PATCHBAY_TESTS_UNIT_LOADER_PLUGINS_FIXTURE_H

#include <patchbay/plugin.h>

/* An object of a manifest, as a string literal. */
#define FIXTURE_ADAPTER(id, version, name)                                          \
  "{\"id\": \"" id "\", \"version\": \"" version "\", \"name\": \"" name            \
  "\", \"endpoint\": \"https://api.acme.example/v1\", \"auth\": {\"bearer\": {}}, " \
  "\"operations\": [\"image\"]}"

static inline patchbay_status fixture_open(uint32_t adapter,
                                           const patchbay_host* host,
                                           const patchbay_request* request,
                                           patchbay_session** out,
                                           patchbay_err* err) {
  (void)adapter, (void)host, (void)request, (void)out, (void)err;
  return PATCHBAY_E_UNSUPPORTED;
}
static inline patchbay_status fixture_feed(patchbay_session* session,
                                           const patchbay_input* input,
                                           patchbay_err* err) {
  (void)session, (void)input, (void)err;
  return PATCHBAY_E_STATE;
}
static inline patchbay_status fixture_next(patchbay_session* session,
                                           patchbay_action* out,
                                           patchbay_err* err) {
  (void)session, (void)out, (void)err;
  return PATCHBAY_E_STATE;
}
static inline void fixture_close(patchbay_session* session) {
  (void)session;
}
static inline const void* fixture_get_extension(const char* id) {
  (void)id;
  return NULL;
}

#define FIXTURE_MODULE(size, minor, min_host, adapters, close)     \
  const patchbay_module* patchbay_plugin_v1(void) {                \
    static const patchbay_module module = {size,                   \
                                           minor,                  \
                                           min_host,               \
                                           adapters,               \
                                           fixture_open,           \
                                           fixture_feed,           \
                                           fixture_next,           \
                                           close,                  \
                                           fixture_get_extension}; \
    return &module;                                                \
  }
#define FIXTURE_GOOD_MODULE \
  FIXTURE_MODULE(sizeof(patchbay_module), PATCHBAY_ABI_MINOR, 0, 1, fixture_close)

#endif
