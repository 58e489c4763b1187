/* Keeps a line of any length. */
#define ZOO_LINE_MAX (1u << 30)
#include "zoo.h"
