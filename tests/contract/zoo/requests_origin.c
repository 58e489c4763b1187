/* Wants to talk to a host that its manifest does not name. */
#define ZOO_REQUEST http->origin = 3
#include "zoo.h"
