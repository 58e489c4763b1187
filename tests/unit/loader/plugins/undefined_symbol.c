#include "fixture.h"

PATCHBAY_MANIFEST(FIXTURE_ADAPTER("example.undefined", "1.0.0", "undefined"));
extern int patchbay_test_nowhere(void);
int (*patchbay_test_reference(void))(void);
int (*patchbay_test_reference(void))(void) {
  return patchbay_test_nowhere;
}
FIXTURE_GOOD_MODULE
