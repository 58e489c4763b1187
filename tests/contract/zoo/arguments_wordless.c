/* Refuses without a word. */
#define ZOO_REFUSAL_OF_ADAPTER return PATCHBAY_E_ARG
#include "zoo.h"
