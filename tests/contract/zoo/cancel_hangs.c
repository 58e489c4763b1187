/* Thinks about being cancelled, for ever. */
#define ZOO_CANCEL \
  for (volatile int forever = 1; forever;) continue
#include "zoo.h"
