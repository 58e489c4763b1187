#include "fixture.h"

PATCHBAY_MANIFEST(FIXTURE_ADAPTER("example.wrong_count", "1.0.0", "wrong_count"));
FIXTURE_MODULE(sizeof(patchbay_module), PATCHBAY_ABI_MINOR, 0, 2, fixture_close)
