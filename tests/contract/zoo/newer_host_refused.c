/* Refuses what it does not know. */
#define ZOO_UNKNOWN return refused(err, PATCHBAY_E_ARG, "what is that?")
#include "zoo.h"
