#!/usr/bin/env python3
"""The layout of every struct of a C header against the golden list of what was released.

Fields are only appended inside a major version, so each struct's golden list must be a prefix of what
the compiler says today. --update appends to the golden list what is new; what was released stays. Each field of
plugin.h stands in layout_test.c too, so that a compiler finds it before a test does. A header may have parts: other
files, with commas between, that it includes."""

import pathlib
import re
import subprocess
import sys
import tempfile

HEADERS = [pathlib.Path(path) for path in sys.argv[1].split(",")]
GOLDEN, COMPILER = (pathlib.Path(path) for path in sys.argv[2:4])
LEAST = {"plugin.h": (15, 50), "host.h": (15, 50)}[HEADERS[0].name]  # structs and constants
FREE = re.compile(r"/\*.*?\*/", re.S)


def structs(text):
    """Struct -> [(field, declaration)], and values of all enumerators, by reading the header."""
    text = FREE.sub(" ", text)
    found = {}
    for name, body in re.findall(r"typedef struct (\w+) \{(.*?)\} \1;", text, re.S):
        fields = []
        for declaration in (" ".join(d.split()) for d in body.split(";") if d.strip()):
            pointer = re.search(r"\(\*(\w+)\)", declaration)
            field = pointer[1] if pointer else re.search(r"(\w+)(\[\d+\])?$", declaration)[1]
            fields.append((field, declaration))
        found[name] = fields
    enumerators = re.findall(r"\b(PATCHBAY_[A-Z0-9_]+) = ", text)
    defined = re.findall(r"^#define (PATCHBAY_[A-Z0-9_]+) +(?:0x[0-9A-F]+|\d+)u\b", text, re.M)
    enumerators += [name for name in defined if name != "PATCHBAY_ABI_MINOR"]  # which grows
    return found, enumerators


def measured(found, enumerators):
    lines = [*(f"#include <patchbay/{header.name}>" for header in HEADERS), "#include <stdio.h>", "int main(void) {"]
    for struct, fields in found.items():
        for field, declaration in fields:
            lines.append(f'  printf("{struct} {field} %zu %zu {declaration}\\n", '
                         f"offsetof({struct}, {field}), sizeof((({struct} *)0)->{field}));")
    for name in enumerators:
        lines.append(f'  printf("enum {name} %lld\\n", (long long){name});')
    lines += ["  return 0;", "}"]
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder) / "layout.c", pathlib.Path(folder) / "layout"
        source.write_text("\n".join(lines))
        include = HEADERS[0].parent.parent
        subprocess.run([COMPILER, "-std=c11", f"-I{include}", source, "-o", program], check=True)
        return subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()


def grouped(lines):
    groups = {}
    for line in lines:
        groups.setdefault(line.split()[0], []).append(line)
    return groups


def changes(released, today):
    """What was released and is not so any more."""
    problems = []
    for name, lines in released.items():
        now = today.get(name, [])
        kept = set(now) >= set(lines) if name == "enum" else now[:len(lines)] == lines
        if not kept:
            moved = [line for line in lines if line not in now] or ["the order of its fields"]
            problems.append(f"{name}: released but changed: {moved[0]}")
    return problems


def unasserted(today):
    """Fields that layout_test.c says nothing, or something else, about."""
    text = (pathlib.Path(__file__).parent / "layout_test.c").read_text()
    said = {f"{name} {field} {at} {size}" for name, field, at, size in
            re.findall(r"^FIELD\((\w+), (\w+), (\d+), (\d+)\);", text, re.M)}
    fields = {" ".join(line.split()[:4]) for line in today if not line.startswith("enum ")}
    return [f"layout_test.c lacks {field}" for field in sorted(fields - said)] + \
           [f"layout_test.c has {field}, which is none" for field in sorted(said - fields)]


def check_this_check():
    """A field may be appended; none may move, change or go, nor may a constant."""
    old = grouped(["s a 0 4 int a", "s b 4 4 int b", "enum X 1"])
    good = ["s a 0 4 int a", "s b 4 4 int b", "s c 8 8 long c", "enum Y 2", "enum X 1"]
    assert not changes(old, grouped(good))
    for bad in (good[1:], good[:1] + good[2:], ["s z 0 4 int z"] + good, good[:4], good[:4] + ["enum X 2"],
                [good[1], good[0], *good[2:]], ["s a 0 4 unsigned a", *good[1:]]):
        assert changes(old, grouped(bad)), bad


def main():
    check_this_check()
    found, enumerators = structs("".join(header.read_text() for header in HEADERS))
    today = measured(found, enumerators)
    released = grouped(GOLDEN.read_text().splitlines())
    problems = changes(released, grouped(today))
    if "--update" in sys.argv and not problems:
        GOLDEN.write_text("\n".join(today) + "\n")
        released = grouped(today)
    problems += unasserted(today) if HEADERS[0].name == "plugin.h" else []
    grown = [line for line in today if line not in set(sum(released.values(), []))]
    if grown:
        problems.append(f"{len(grown)} new lines, first {grown[0]!r}: add them with --update")
    print("\n".join(problems) or f"{len(found)} structs, {len(enumerators)} constants as released")
    return 1 if problems or len(found) < LEAST[0] or len(enumerators) < LEAST[1] else 0


sys.exit(main())
