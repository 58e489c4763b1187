#include "fixture.h"

PATCHBAY_MANIFEST(
    "{\"id\": \"example.not_https\", \"version\": \"1.0.0\", \"name\": \"not_https\", "
    "\"endpoint\": \"http://api.acme.example/v1\", \"auth\": {\"bearer\": {}}, "
    "\"operations\": [\"image\"]}");
FIXTURE_GOOD_MODULE
