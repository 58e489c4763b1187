#!/usr/bin/env python3
"""Runs one client's tests, INSTALLED/NAME.test.mjs, with the program to start the emulator from."""

import os
import pathlib
import re
import subprocess
import sys

from clients import SKIPPED

INSTALLED, NAME = pathlib.Path(sys.argv[1]), sys.argv[2]
PROGRAM = pathlib.Path(os.environ.get("PATCHBAY_BUILD_DIR", "build/dev")).resolve() / "bin" / "patchbay"
TIME_MAX = 540  # seconds

if not (INSTALLED / "installed").exists():
    print("SKIPPED: the packages of the clients are not installed; see the test clients/install")
    sys.exit(SKIPPED)
# Nothing of the caller's: no key of a client's own, no proxy.
environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": "/nonexistent", "PATCHBAY_PROGRAM": str(PROGRAM)}
run = subprocess.run(["node", "--test", "--test-reporter=tap", f"{NAME}.test.mjs"], cwd=INSTALLED, env=environment,
                     stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIME_MAX)
print(run.stdout + run.stderr)
passed = re.search(r"^# pass (\d+)$", run.stdout, re.M)
sys.exit(run.returncode or (0 if passed and int(passed[1]) > 1 else "no test was found"))
