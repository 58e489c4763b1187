/* Tries again at once, for ever. */
#define ZOO_END                 \
  if (session->status == 503) { \
    session->at_end = 0;        \
    session->line_size = 0;     \
    session->status = 0;        \
    ++session->id;              \
    ask(session, out);          \
    return PATCHBAY_OK;         \
  }
#include "zoo.h"
