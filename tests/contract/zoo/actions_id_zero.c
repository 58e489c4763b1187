/* Calls an exchange by the number that means none. */
#define ZOO_FIRST_ID 0
#include "zoo.h"
