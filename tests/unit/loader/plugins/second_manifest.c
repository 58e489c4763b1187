#include "fixture.h"

/* Linked into a plugin beside good.c, which has a manifest already. */
PATCHBAY_MANIFEST(FIXTURE_ADAPTER("example.second_manifest", "1.0.0", "second_manifest"));
