/* Shares a variable with every plugin that has one of that name. */
#include "zoo.h"

namespace zoo {
__attribute__((visibility("default"))) inline int shared = 7;
int* place_of_shared() {
  return &shared;
}
}  // namespace zoo
