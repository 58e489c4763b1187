#!/usr/bin/env python3
"""Finds the shapes of co_await that g++ 12 miscompiles in whatever is written on the SDK."""

import pathlib
import re
import sys

SUFFIXES = {".cpp", ".hpp"}
LITERAL = re.compile(r'R"\(.*?\)"|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])\'|//[^\n]*|/\*.*?\*/', re.S)
SHAPES = {
    "a switch on co_await": re.compile(r"switch\s*\(.*co_await"),
    "a structured binding of co_await": re.compile(r"auto\s*[&]*\s*\[.*\]\s*=.*co_await"),
    "a braced list as an argument of co_await": re.compile(r"co_await[^;]*[(,]\s*\{"),
    "co_await in a braced initialiser": re.compile(r"(?<!\belse)(?<!\btry)(?<!\bdo)(?<=[\w=>])\s?\{[^{}();]*co_await"),
    "designated initialisers in co_await": re.compile(r"co_await[^;]*\{\s*\.\w+\s*="),
    "a lambda with captured values in co_await": re.compile(r"co_await[^;]*[(,]\s*\[(?!\s*&?\s*\])[^\]&]*\]\s*[({]"),
    "?: as an argument of co_await": re.compile(r"co_await\s+[\w.:]+\([^;]*\?[^;]*:[^;]*\)"),
}
BAD = {
    "switch (co_await f()) {": "a switch on co_await",
    "auto [a, b] = P{co_await f(), 1};": "a structured binding of co_await",
    "co_await f({A(), B()});": "a braced list as an argument of co_await",
    "Options o{co_await f(), 1};": "co_await in a braced initialiser",
    "co_await f({.a = b});": "designated initialisers in co_await",
    "co_await f([a] { return a; });": "a lambda with captured values in co_await",
    "co_await f(a ? B() : C());": "?: as an argument of co_await",
}
GOOD = ("co_await f([&](int x) { return x; });", "auto x = co_await f(std::move(y));", "while (auto c = co_await e.chunk()) g();",
        "co_return co_await io.fail_from(exchange);", "{\n co_await f();\n}", "if (co_await f()) co_return g();")


def problems_in(text):
    text = LITERAL.sub(" ", text)
    statements = re.split(r";|\)\s*\{(?=\s*\n)|\}\s*\n|\n\s*\{\s*\n|else \{\s*\n", text)
    return [name for statement in statements if "co_await" in statement
            for name, shape in SHAPES.items() if shape.search(statement + ";")]


def main():
    for text, name in BAD.items():
        assert name in problems_in(text), f"{name} is not found in {text}"
    for text in GOOD:
        assert not problems_in(text), f"{problems_in(text)} in {text}"
    files = [path for folder in sys.argv[1:] for path in sorted(pathlib.Path(folder).rglob("*")) if path.suffix in SUFFIXES]
    files = [path for path in files if path.name != "coroutine_traps.cpp"]
    using = [path for path in files if "co_await" in path.read_text()]
    found = [f"{path}: {name}" for path in using for name in problems_in(path.read_text())]
    print("\n".join(found) or f"{len(using)} files with co_await are clean")
    return 1 if found or not using else 0


sys.exit(main())
