#include "fixture.h"

PATCHBAY_MANIFEST(FIXTURE_ADAPTER("example.no_close", "1.0.0", "no_close"));
FIXTURE_MODULE(sizeof(patchbay_module), PATCHBAY_ABI_MINOR, 0, 1, NULL)
