/* Keeps the words of a line where every session keeps them. */
static unsigned zoo_status;
#define ZOO_HEAD zoo_status = session->status
#define ZOO_DATA session->status = zoo_status
#include "zoo.h"
