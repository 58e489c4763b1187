/* Crashes on an answer that nobody would send on purpose. */
#define ZOO_LINE \
  if (size > 8 && memmem(session->line + 1, size - 1, "say", 3) != NULL) *(volatile int*)0 = 0
#include "zoo.h"
