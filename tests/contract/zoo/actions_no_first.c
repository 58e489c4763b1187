/* Never says where a part begins. */
#define ZOO_PART session->part.flags = PATCHBAY_PART_LAST
#include "zoo.h"
