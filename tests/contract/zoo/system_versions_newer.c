/* Was built for a system of tomorrow: see how it is linked. */
int zoo_call_of_tomorrow(void);
#define ZOO_OPEN \
  if (zoo_call_of_tomorrow() != 0) return PATCHBAY_E_INTERNAL
#include "zoo.h"
