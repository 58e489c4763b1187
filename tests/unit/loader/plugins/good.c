#include "fixture.h"

PATCHBAY_MANIFEST(FIXTURE_ADAPTER("example.good", "1.0.0", "good"));
FIXTURE_GOOD_MODULE
