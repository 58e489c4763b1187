/* Has always something more to say. */
#define ZOO_NEXT                                    \
  if (session->status == 200) {                     \
    session->pair.key = str("still");               \
    session->pair.value = str("here");              \
    act(out, PATCHBAY_ACT_META, 0, &session->pair); \
    return PATCHBAY_OK;                             \
  }
#include "zoo.h"
