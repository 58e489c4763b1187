/* Claims every extension that anybody may name. */
static const int zoo_anything = 1;
#define ZOO_EXTENSION &zoo_anything
#include "zoo.h"
