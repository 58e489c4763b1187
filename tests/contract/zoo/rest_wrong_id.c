/* Waits for an exchange that it never asked for. */
#define ZOO_AWAITED session->status != 0 ? 9 : session->id
#include "zoo.h"
