/* Is no longer ended when it is asked again. */
#define ZOO_NEXT                                    \
  if (session->told_end) {                          \
    act(out, PATCHBAY_ACT_IDLE, session->id, NULL); \
    return PATCHBAY_OK;                             \
  }
#include "zoo.h"
