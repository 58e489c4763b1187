/* Does not expect that there may be nothing to close. */
#define ZOO_CLOSE session->idle = 0
#include "zoo.h"
