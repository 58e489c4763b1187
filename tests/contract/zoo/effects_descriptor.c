/* Opens a file when it is loaded, and keeps it. */
#include "system_call.h"
#include "zoo.h"
#include <fcntl.h>

__attribute__((constructor)) static void keep_a_file(void) {
  (void)system_call(SYS_openat, AT_FDCWD, (long)"/dev/null", O_RDONLY);
}
