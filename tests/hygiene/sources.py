"""The files the hygiene checks look at: what git tracks, and what it would track."""

import pathlib
import subprocess
import sys


def tracked(*patterns: str) -> list[pathlib.PurePosixPath]:
    """Tracked and untracked, not ignored, files of the tree; fails where there are none."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    files = sorted({pathlib.PurePosixPath(name) for name in listing.split("\0") if name and pathlib.Path(name).is_file()})
    if not files:
        sys.exit(f"no files match {patterns}: is this a git checkout?")
    return files


def report(problems: list[str]) -> int:
    for problem in problems:
        print(problem)
    return 1 if problems else 0
