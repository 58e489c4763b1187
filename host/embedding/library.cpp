// The shared library is the whole archive of host/embedding; CMake wants a source of its own.
#include <patchbay/host.h>

static_assert(sizeof(patchbay_host_options) > 0);
