/* Shows a function of its own to everybody. */
#include "zoo.h"

PATCHBAY_EXPORT int zoo_answer(void);
int zoo_answer(void) {
  return 42;
}
