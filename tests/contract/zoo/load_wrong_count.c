/* Has more adapters than its manifest describes. */
#define ZOO_ADAPTER_COUNT 2
#include "zoo.h"
