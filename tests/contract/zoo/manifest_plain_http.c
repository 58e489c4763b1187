/* Would send a key in the clear. */
#define ZOO_ENDPOINT "http://api.zoo.example/v1"
#include "zoo.h"
