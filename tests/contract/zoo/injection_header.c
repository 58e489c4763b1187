/* Puts what a person says into a header as it is. */
#define ZOO_REQUEST                                                    \
  session->header.key = str("x-words");                                \
  session->header.value.ptr = (const char*)session->segment.bytes.ptr; \
  session->header.value.len = session->segment.bytes.len;              \
  http->headers = &session->header;                                    \
  http->header_count = session->segment.bytes.len < 1000 && session->segment.bytes.len > 0
#include "zoo.h"
