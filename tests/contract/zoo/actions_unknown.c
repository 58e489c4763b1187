/* Answers with an action of its own invention. */
#define ZOO_PART out->kind = 99
#include "zoo.h"
