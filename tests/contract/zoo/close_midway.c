/* Crashes when it is closed in the middle of an answer. */
#define ZOO_CLOSE \
  if (session != NULL && session->status != 0 && !session->ended) *(volatile int*)0 = 0
#include "zoo.h"
