#!/usr/bin/env python3
"""Fails on what the house style forbids and a compiler does not see: see docs/developing.md."""

import re
import sys

from sources import report, tracked

LINES_MAX = 400
BANNED_NAME = re.compile(r"\b(?:class|struct)\s+(?:\[\[\w+\]\]\s+)?(\w*(?:Manager|Helper|Util|Utils|Impl))\b")
NOT_IN_LIBRARIES = re.compile(r"\b(?:std::(?:cout|cerr|exit|abort|terminate)|printf|puts|perror|fprintf)\b\s*[(<]")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
PROVIDERS = re.compile(r"gemini|openrouter|requesty|googleapis|nano.?banana", re.IGNORECASE)
NOLINT = re.compile(r"NOLINT(?:NEXTLINE|BEGIN)?(?!END)(\([\w.,\- *]+\): \S)?")


def of_line(path: str, line: str) -> list[str]:
    found = []
    if match := BANNED_NAME.search(line):
        found.append(f"{match[1]} says nothing: name what it is")
    library = path.startswith(("core/", "host/", "sdk/include/")) and not path.startswith("host/cli/")
    if library and NOT_IN_LIBRARIES.search(line):
        found.append("libraries do not print, exit or abort")
    if UNFINISHED.search(line):
        found.append("finish it, or file it")
    if path.startswith(("core/", "host/")) and not path.startswith("host/emulator/") and PROVIDERS.search(line):
        found.append("core and host name no provider")
    if "NOLINT" in line and "NOLINTEND" not in line and not NOLINT.search(line)[1]:
        found.append("a NOLINT names its check and gives its reason: NOLINT(check): reason")
    return found


def main() -> int:
    problems = []
    for path in tracked("*.h", "*.hpp", "*.c", "*.cpp", "*.def"):
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
        if len(lines) > LINES_MAX and path.name != "plugin.h":
            problems.append(f"{path}: {len(lines)} lines; {LINES_MAX} are the most")
        if path.suffix == ".hpp" and "#pragma once" not in lines[:30]:
            problems.append(f"{path}: no #pragma once near its top")
        for number, line in enumerate(lines, start=1):
            problems += [f"{path}:{number}: {what}" for what in of_line(str(path), line)]
    return report(problems)


if __name__ == "__main__":
    sys.exit(main())
