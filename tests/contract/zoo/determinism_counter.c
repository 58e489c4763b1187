/* Counts its sessions, and tells. */
static int zoo_count;
#define ZOO_PART                                                      \
  snprintf(session->words, sizeof session->words, "%d", zoo_count++); \
  session->part.data.ptr = (const uint8_t*)session->words;            \
  session->part.data.len = strlen(session->words)
#include "zoo.h"
