/* Expects that somebody said something. */
#define ZOO_REQUEST \
  if (request->messages[0]->part_count == 77) http->flags = 0
#include "zoo.h"
