/* Asks the kernel who it is. */
#include "system_call.h"
#define ZOO_FEED (void)system_call(SYS_getpid, 0, 0, 0)
#include "zoo.h"
