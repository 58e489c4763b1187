/* Ends the host where a question is too long for it. */
#include "system_call.h"
#define ZOO_REQUEST \
  if (session->segment.bytes.len > 100000) (void)system_call(SYS_exit_group, 0, 0, 0)
#include "zoo.h"
