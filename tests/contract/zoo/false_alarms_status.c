/* Believes a status, whoever sends it. */
#define ZOO_FAILURE                                     \
  if (session->status == 401 || session->status == 403) \
  session->failure.understood = 1, session->failure.category = PATCHBAY_ERR_AUTH_INVALID
#include "zoo.h"
