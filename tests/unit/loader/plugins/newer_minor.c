#include "fixture.h"

/* Built with a newer header, yet content with this host. */
PATCHBAY_MANIFEST(FIXTURE_ADAPTER("example.newer_minor", "1.0.0", "newer_minor"));
FIXTURE_MODULE(sizeof(patchbay_module), 99, 0, 1, fixture_close)
