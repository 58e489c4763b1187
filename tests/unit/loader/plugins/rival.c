#include "fixture.h"

/* Another adapter that wants the name of `good`. */
PATCHBAY_MANIFEST(FIXTURE_ADAPTER("example.rival", "9.0.0", "good"));
FIXTURE_GOOD_MODULE
