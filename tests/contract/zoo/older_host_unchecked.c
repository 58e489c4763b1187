/* Reads a field that the host may not have. */
#define ZOO_OPEN \
  if (*(const volatile uint64_t*)(request + 1) == 4711) return PATCHBAY_E_INTERNAL
#include "zoo.h"
