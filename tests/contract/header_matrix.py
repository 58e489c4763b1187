#!/usr/bin/env python3
"""plugin.h and host.h in every language version they promise, by both compilers, without a warning or padding."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

INCLUDES = sys.argv[1:]  # of the SDK, then of the host
C_STANDARDS, CXX_STANDARDS = ("c11", "c17"), ("c++11", "c++14", "c++17", "c++20")
COMPILERS = (("gcc", C_STANDARDS), ("clang-19", C_STANDARDS), ("g++", CXX_STANDARDS), ("clang++-19", CXX_STANDARDS))
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wpadded", "-Wshadow", "-Wconversion", "-Wsign-conversion",
            "-Wundef", "-Werror"]
LANGUAGE_WARNINGS = {"c": ["-Wstrict-prototypes"], "c++": ["-Wold-style-cast", "-Wnon-virtual-dtor"]}
SOURCE = """#include <patchbay/plugin.h>
int newer(const patchbay_host *host);
int newer(const patchbay_host *host) { return PATCHBAY_HAS(host, get_extension) ? 1 : 0; }
PATCHBAY_MANIFEST("{\\"id\\": \\"example.matrix\\"}");
static patchbay_module module;
const patchbay_module *patchbay_plugin_v1(void) PATCHBAY_NOEXCEPT { return &module; }
"""
# An application with a plugin of its own includes both.
HOST_SOURCE = """#include <patchbay/plugin.h>
#include <patchbay/host.h>
patchbay_error *begin(const char *home, patchbay_host_handle **opened);
patchbay_error *begin(const char *home, patchbay_host_handle **opened) {
  patchbay_host_options options = PATCHBAY_INIT(patchbay_host_options);
  options.home = home;
  return patchbay_host_open(&options, opened);
}
"""


def main():
    problems, compiled = [], 0
    with tempfile.TemporaryDirectory() as folder:
        for compiler, standards in COMPILERS:
            if not shutil.which(compiler):
                problems.append(f"{compiler} is not installed")
                continue
            for standard in standards:
                language = "c++" if "++" in standard else "c"
                source = pathlib.Path(folder) / ("t.cpp" if language == "c++" else "t.c")
                newer = standard not in ("c++11", "c++14")
                source.write_text(HOST_SOURCE + SOURCE if newer else SOURCE)
                run = subprocess.run(
                    [compiler, f"-std={standard}", *WARNINGS, *LANGUAGE_WARNINGS[language], *(f"-I{one}" for one in INCLUDES), "-c",
                     str(source), "-o", str(source) + ".o"], capture_output=True, text=True)
                compiled += 1
                if run.returncode != 0:
                    problems.append(f"{compiler} -std={standard}:\n{run.stderr}")
    print("\n".join(problems) or f"{compiled} compilations")
    return 1 if problems or compiled < 2 * (len(C_STANDARDS) + len(CXX_STANDARDS)) else 0


sys.exit(main())
