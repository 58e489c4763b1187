#include "fixture.h"

PATCHBAY_MANIFEST(FIXTURE_ADAPTER("example.no_entry", "1.0.0", "no_entry"));
