#include "fixture.h"

PATCHBAY_MANIFEST(FIXTURE_ADAPTER("example.null_module", "1.0.0", "null_module"));
const patchbay_module* patchbay_plugin_v1(void) {
  return NULL;
}
