/* Greets whoever loads it. */
#include "system_call.h"
#include "zoo.h"

__attribute__((constructor)) static void greet(void) {
  (void)system_call(SYS_write, 1, (long)"hello\n", 6);
}
