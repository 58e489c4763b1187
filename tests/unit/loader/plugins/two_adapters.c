#include "fixture.h"

/* One name that `good` has, and one of its own. */
PATCHBAY_MANIFEST("[" FIXTURE_ADAPTER("example.first", "1.0.0", "good") ", " FIXTURE_ADAPTER(
    "example.second", "1.0.0", "second") "]");
FIXTURE_MODULE(sizeof(patchbay_module), PATCHBAY_ABI_MINOR, 0, 2, fixture_close)
