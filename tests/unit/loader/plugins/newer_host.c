#include "fixture.h"

PATCHBAY_MANIFEST(FIXTURE_ADAPTER("example.newer_host", "1.0.0", "newer_host"));
FIXTURE_MODULE(sizeof(patchbay_module), 99, 99, 1, fixture_close)
