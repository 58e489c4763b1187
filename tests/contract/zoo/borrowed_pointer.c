/* Looks at a chunk that it gave back. */
#define ZOO_DATA \
  if (session->seen_bytes == 0) session->first_chunk = session->data
#define ZOO_PART                                           \
  session->words[0] = (char)*session->first_chunk;         \
  session->part.data.ptr = (const uint8_t*)session->words; \
  session->part.data.len = 1
#include "zoo.h"
