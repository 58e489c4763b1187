#!/usr/bin/env python3
"""What libpatchbay exports: all that its headers declare, nothing else, and everything that was ever released.

--update appends to the golden list what is new; what was released stays."""

import pathlib
import re
import subprocess
import sys

LIBRARY, GOLDEN, HEADERS = (pathlib.Path(path) for path in sys.argv[1:4])
NODE = "PATCHBAY_0"
DECLARED = re.compile(r"^PATCHBAY_HOST_CALL\b[^;]*?\b(patchbay_\w+)\(", re.M)


def exported():
    lines = subprocess.run(["nm", "-D", "--defined-only", "--with-symbol-versions", LIBRARY], check=True,
                           capture_output=True, text=True).stdout.splitlines()
    return {line.split()[-1] for line in lines} - {NODE, f"{NODE}@@{NODE}"}


def needed():
    """The shared libraries that whoever holds it gets too."""
    text = subprocess.run(["readelf", "-dW", LIBRARY], check=True, capture_output=True, text=True).stdout
    return re.findall(r"\(SONAME\)[^\[]*\[(.*?)\]", text), "NODELETE" in text


def differences(today, declared, released):
    return [f"{name} is declared and not exported" for name in sorted(declared - today)] + \
           [f"{name} is exported and not declared" for name in sorted(today - declared)] + \
           [f"{name} was released and is gone" for name in sorted(released - today)] + \
           [f"{name} is new: add it with --update" for name in sorted(today - released)]


def main():
    assert differences({"a"}, {"a", "b"}, {"a"}) and differences({"a"}, {"a"}, {"a", "c"})  # this check finds what it is for
    assert not differences({"a"}, {"a"}, {"a"})
    declared = {f"{name}@@{NODE}" for header in HEADERS.glob("*.h") for name in DECLARED.findall(header.read_text())}
    released = set(GOLDEN.read_text().split()) if GOLDEN.exists() else set()
    if "--update" in sys.argv:
        released |= exported()
        GOLDEN.write_text("".join(f"{name}\n" for name in sorted(released)))
    problems = differences(exported(), declared, released)
    name, stays = needed()
    if name != ["libpatchbay.so.0"] or not stays:
        problems.append(f"the library is called {name}, and is marked never to be unloaded: {stays}")
    print("\n".join(problems) or f"{len(released)} functions")
    return 1 if problems or len(released) < 25 else 0


sys.exit(main())
