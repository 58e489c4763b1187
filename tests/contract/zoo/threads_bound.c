/* Works in the thread alone that it was opened in. */
static __thread int zoo_thread;
#define ZOO_OPEN zoo_thread = 1
#define ZOO_FEED \
  if (!zoo_thread) return refused(err, PATCHBAY_E_INTERNAL, "another thread")
#include "zoo.h"
