#!/usr/bin/env python3
"""Installs the clients' packages into the build folder, from package-lock.json alone."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

from clients import NODE_MIN, SKIPPED, node_version

SOURCE = pathlib.Path(__file__).resolve().parent
INSTALLED = pathlib.Path(sys.argv[1])
TIME_MAX = 540  # seconds
# What npm says where not the network is at fault, but these files.
OUR_FAULT = ("EINTEGRITY", "EUSAGE", "EJSONPARSE", "EBADENGINE")


def skip(reason):
    print(f"SKIPPED: {reason}; no client is tried against the emulator")
    sys.exit(SKIPPED)


def check_lock():
    """A lock file with addresses would send everybody to the registry of whoever wrote it."""
    packages = json.loads((SOURCE / "package-lock.json").read_text())["packages"]
    problems = [name for name, entry in packages.items() if "resolved" in entry]
    problems += [name for name, entry in packages.items() if name and "integrity" not in entry]
    if problems or len(packages) < 2:
        sys.exit("package-lock.json names a registry, or lacks a checksum: " + (", ".join(problems) or "it is empty"))


def install():
    words = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline",
             "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=60000"]
    try:
        run = subprocess.run(words, cwd=INSTALLED, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                             timeout=TIME_MAX)
    except subprocess.TimeoutExpired:
        skip(f"npm was not done after {TIME_MAX} s")
    if run.returncode == 0:
        return
    print(run.stdout + run.stderr)
    if any(word in run.stderr for word in OUR_FAULT):
        sys.exit("npm refuses package.json or package-lock.json")
    skip("npm could not get the packages")


def main():
    check_lock()
    version = node_version()
    if shutil.which("npm") is None or version is None:
        skip("there is no node with npm in the PATH")
    if version < NODE_MIN:
        skip(f"node {version} is older than {NODE_MIN}")
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for path in [*SOURCE.glob("*.mjs"), *SOURCE.glob("package*.json")]:
        shutil.copyfile(path, INSTALLED / path.name)
    marker = INSTALLED / "installed"
    wanted = hashlib.sha256((SOURCE / "package-lock.json").read_bytes()).hexdigest()
    if not marker.exists() or marker.read_text() != wanted:
        marker.unlink(missing_ok=True)
        install()
        marker.write_text(wanted)
    print(f"{len(os.listdir(INSTALLED / 'node_modules'))} folders of packages for node {version}")


main()
