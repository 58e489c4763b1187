#!/usr/bin/env python3
"""Keeps the table of docs/troubleshooting.md equal to core/base/error_codes.def; --update rewrites it."""

import pathlib
import re
import sys

TABLE = pathlib.Path("core/base/error_codes.def")
PAGE = pathlib.Path("docs/troubleshooting.md")
BEGIN, END = "<!-- from core/base/error_codes.def: begin -->", "<!-- end -->"
ROW = re.compile(r'^PATCHBAY_ERROR\(\w+, "(\w+)", (\d+), (\w+), "(.*)", "(.*)"\)$', re.MULTILINE)


def rendered() -> str:
    rows = ROW.findall(TABLE.read_text(encoding="utf-8"))
    entries = re.findall(r"^PATCHBAY_ERROR\(", TABLE.read_text(encoding="utf-8"), re.MULTILINE)
    if not rows or len(rows) != len(entries):
        sys.exit(f"{len(rows)} of {len(entries)} rows of {TABLE} can be read")
    lines = [BEGIN, "| code | exit | what it means | what to do | again later? |", "|---|---|---|---|---|"]
    for code, exit_code, retry, meaning, advice in rows:
        again = "may work" if retry == "Later" else "no"
        lines.append(f"| `{code}` | {exit_code} | {meaning} | {advice} | {again} |")
    return "\n".join([*lines, END])


def main() -> int:
    page = PAGE.read_text(encoding="utf-8")
    if BEGIN not in page or END not in page:
        sys.exit(f"{PAGE} lacks its markers")
    wanted = page[: page.index(BEGIN)] + rendered() + page[page.index(END) + len(END):]
    if "--update" in sys.argv:
        PAGE.write_text(wanted, encoding="utf-8")
    elif wanted != page:
        sys.exit(f"{PAGE} differs from {TABLE}: run tests/hygiene/troubleshooting.py --update")
    return 0


if __name__ == "__main__":
    sys.exit(main())
