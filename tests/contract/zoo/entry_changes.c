/* Gives another module each time it is asked. */
#define ZOO_NO_ENTRY
#include "zoo.h"

const patchbay_module* patchbay_plugin_v1(void) {
  static patchbay_module modules[8];
  static unsigned count;
  modules[count % 8] = zoo_module;
  return &modules[count++ % 8];
}
