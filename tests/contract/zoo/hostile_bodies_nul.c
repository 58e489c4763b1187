/* Has no idea of a body that is no text. */
#define ZOO_DATA \
  if (memchr(session->data, 0, session->data_size) != NULL) *(volatile int*)0 = 0
#include "zoo.h"
