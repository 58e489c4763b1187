#!/usr/bin/env python3
"""Keeps docs/patchbay.1 equal to what the program prints, and free of mistakes; --update rewrites it.

The program's path is the argument. Without groff its lint is skipped, and that said."""

import pathlib
import shutil
import subprocess
import sys

from sources import report

PAGE = pathlib.Path("docs/patchbay.1")
SKIPPED = 77


def lint() -> list[str] | None:
    """What groff complains of; None where it is not installed."""
    if not shutil.which("groff"):
        return None
    run = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-z", str(PAGE)], capture_output=True, text=True)
    problems = [f"{PAGE}: {line}" for line in run.stderr.splitlines()]
    text = subprocess.run(["groff", "-man", "-Tutf8", "-P-cbou", str(PAGE)], capture_output=True, text=True).stdout
    for words in ("patchbay generate", "--owner-key-file", "PATCHBAY_HOME", "EXIT STATUS"):
        if words not in text:
            problems.append(f"{PAGE}: shows no '{words}'")
    return problems


def main() -> int:
    program = sys.argv[1]
    if not pathlib.Path(program).exists():
        print(f"SKIPPED: {program} is not built", file=sys.stderr)
        return SKIPPED
    wanted = subprocess.run([program, "man"], capture_output=True, text=True, check=True).stdout
    if "--update" in sys.argv:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    have = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    if have != wanted:
        return report([f"{PAGE} is not what `patchbay man` prints: tests/hygiene/manual.py {program} --update"])
    found = lint()
    if found is None:
        print("SKIPPED: groff is not installed", file=sys.stderr)
        return SKIPPED
    return report(found)


if __name__ == "__main__":
    sys.exit(main())
