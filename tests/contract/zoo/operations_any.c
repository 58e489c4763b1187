/* Opens for what it has never heard of. */
#define ZOO_KNOWS_OPERATION request->operation != 4711
#include "zoo.h"
