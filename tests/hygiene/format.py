#!/usr/bin/env python3
"""Fails when a C or C++ file is not as clang-format 19 writes it. The C headers of both interfaces are laid out by hand."""

import subprocess
import sys

from sources import tracked

BY_HAND = {"sdk/include/patchbay/plugin.h", "host/include/patchbay/host.h", "host/include/patchbay/run.h",
           "host/include/patchbay/manage.h"}

files = [str(path) for path in tracked("*.h", "*.hpp", "*.c", "*.cpp") if str(path) not in BY_HAND]
sys.exit(subprocess.run(["clang-format-19", "--dry-run", "-Werror", *files]).returncode)
