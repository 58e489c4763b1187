/* Finds out what is missing at its first use: see how it is linked. */
#include "zoo.h"
