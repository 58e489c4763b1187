/* Takes a lost connection for the end. */
#define ZOO_LOST session->ended = 2
#include "zoo.h"
