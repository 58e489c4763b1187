#include "fixture.h"

/* What a plugin for version 2 of the ABI looks like from here. */
PATCHBAY_MANIFEST(FIXTURE_ADAPTER("example.newer_major", "1.0.0", "newer_major"));
PATCHBAY_EXPORT const void* patchbay_plugin_v2(void);
const void* patchbay_plugin_v2(void) {
  return NULL;
}
