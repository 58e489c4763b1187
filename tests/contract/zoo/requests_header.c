/* Sets a header that is the host's. */
#define ZOO_REQUEST                             \
  session->header.key = str("Host");            \
  session->header.value = str("other.example"); \
  http->headers = &session->header;             \
  http->header_count = 1
#include "zoo.h"
