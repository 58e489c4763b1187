/* Fails without a word. */
#define ZOO_FAILURE session->failure.message.len = 0
#include "zoo.h"
