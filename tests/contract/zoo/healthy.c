/* Keeps its contract. */
#include "zoo.h"
