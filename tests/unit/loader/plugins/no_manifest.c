#include "fixture.h"

FIXTURE_GOOD_MODULE
