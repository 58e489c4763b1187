#include "fixture.h"

PATCHBAY_MANIFEST(FIXTURE_ADAPTER("example.short_module", "1.0.0", "short_module"));
FIXTURE_MODULE(offsetof(patchbay_module, get_extension), PATCHBAY_ABI_MINOR, 0, 1, fixture_close)
