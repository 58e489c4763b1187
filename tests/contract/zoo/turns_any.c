/* Takes an input while it has not said all about the last one. */
#define ZOO_OUT_OF_TURN return PATCHBAY_OK
#include "zoo.h"
