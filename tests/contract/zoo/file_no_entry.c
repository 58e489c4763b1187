/* Has no entry point. */
#define ZOO_NO_ENTRY
#include "zoo.h"

const void* unused(void);
const void* unused(void) {
  return &zoo_module;
}
