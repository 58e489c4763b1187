/* Could open a connection of its own. */
#include <sys/socket.h>
#define ZOO_OPEN \
  if (adapter == 7) return socket(AF_INET, SOCK_STREAM, 0)
#include "zoo.h"
