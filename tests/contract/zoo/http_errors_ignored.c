/* Takes a failing provider for one with nothing to say. */
#define ZOO_END \
  if (session->status >= 500) session->status = 200, session->said_end = 1
#include "zoo.h"
