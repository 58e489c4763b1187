#include "fixture.h"
#include <stdio.h>
#include <stdlib.h>

/* Shows that its code ran: makes the file that the variable names. */
PATCHBAY_MANIFEST(FIXTURE_ADAPTER("example.marker", "1.0.0", "marker"));
__attribute__((constructor)) static void make_marker(void) {
  const char* path = getenv("PATCHBAY_TEST_MARKER");
  FILE* file = path == NULL ? NULL : fopen(path, "w");
  if (file != NULL) fclose(file);
}
FIXTURE_GOOD_MODULE
