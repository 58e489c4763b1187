/* Keeps a little of each session. */
static void* zoo_kept[4096];
static unsigned zoo_kept_count;
#define ZOO_OPEN zoo_kept[zoo_kept_count++ % 4096] = malloc(64)
#include "zoo.h"
