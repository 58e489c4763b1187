/* Announces a part and gives none. */
#define ZOO_PART out->payload = NULL
#include "zoo.h"
