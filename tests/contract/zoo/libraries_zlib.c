/* Needs a library that not everybody has: see how it is linked. */
#include "zoo.h"
