#include "fixture.h"

PATCHBAY_MANIFEST("{\"id\": \"example.newer_manifest\", \"abi_minor\": 7}");
FIXTURE_GOOD_MODULE
