/* Goes on when it is cancelled. */
#define ZOO_CANCEL (void)0
#include "zoo.h"
