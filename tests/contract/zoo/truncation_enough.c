/* Is content with what came. */
#define ZOO_IS_WHOLE session->lines > 0
#include "zoo.h"
