/* Forgets the half of a line that came with the last chunk. */
#define ZOO_DATA session->line_size = 0
#include "zoo.h"
