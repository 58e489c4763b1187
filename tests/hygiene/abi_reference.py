#!/usr/bin/env python3
"""Keeps docs/plugin-abi.md equal to sdk/include/patchbay/plugin.h, which it is made of; --update rewrites it."""

import pathlib
import re
import sys

HEADER = pathlib.Path("sdk/include/patchbay/plugin.h")
PAGE = pathlib.Path("docs/plugin-abi.md")
SECTION = re.compile(r"^/\* -{2,} (.*?) -{2,} \*/$", re.MULTILINE)
ITEM = re.compile(r"^(?P<words>(?:/\*(?:[^*]|\*(?!/))*\*/\n)?)(?P<code>(?:typedef struct \w+ \{.*?^\} \w+;|typedef struct \w+ \w+;|"
                  r"typedef \w+ \w+;[^\n]*|enum \{.*?\};[^\n]*(?:\n {10,}[^\n]*)*|#define [^\n]*(?:\\\n[^\n]*)*(?:\n {10,}[^\n]*)*|"
                  r"PATCHBAY_EXPORT [^;]*;))", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"typedef struct (\w+)|typedef \w+ (\w+);|#define (\w+)|\*(\w+)\(void\)")
INTRODUCTION = """# The plugin ABI

Made from [plugin.h](../sdk/include/patchbay/plugin.h) by `tests/hygiene/abi_reference.py --update`, in its order: what it says
is the contract. [Write an adapter](write-an-adapter.md) shows it at work, and says
[what changes and what does not](write-an-adapter.md#what-changes-and-what-does-not).
"""


def plain(comment: str) -> str:
    """The words of a comment, as one paragraph for each of its own."""
    words = re.sub(r"^\s*/\*+|\*/\s*$", "", comment.strip())
    lines = [re.sub(r"^ \* ?| ?\*$", "", line.rstrip()).strip() for line in words.splitlines()]
    return re.sub(r"(?<!\n)\n(?!\n)", " ", "\n".join(lines)).strip()


def title_of(code: str) -> str | None:
    found = NAME.search(code)
    return None if code.startswith("enum") or found is None else next(name for name in found.groups() if name)


def section(text: str) -> list[str]:
    out = []
    for item in ITEM.finditer(text):
        title = title_of(item["code"])
        if title and item["code"].startswith(("typedef struct", "PATCHBAY_EXPORT")):
            out.append(f"### {title}\n")
        if item["words"]:
            out.append(plain(item["words"]).replace("<", "&lt;") + "\n")
        out.append(f"```c\n{item['code'].rstrip()}\n```\n")
    return out


def rendered() -> str:
    text = HEADER.read_text(encoding="utf-8")
    preface = re.sub(r" (?=(?:Threads|Growth|Rules of form)\.)", "\n\n", plain(text[: text.index("*/") + 2]))
    parts = SECTION.split(text)
    out = [INTRODUCTION, f"## In short\n\n{preface}\n"]
    for name, body in zip(parts[1::2], parts[2::2]):
        out += [f"## {name.strip().capitalize()}\n", *section(body)]
    page = "\n".join(out)
    structs = set(re.findall(r"^typedef struct (\w+)", text, re.MULTILINE))
    names = set(re.findall(r"\bPATCHBAY_[A-Z0-9_]+\b", "".join(parts[1:])))
    missing = sorted(name for name in structs | names if not re.search(rf"\b{name}\b", page))
    if missing or len(structs) < 10:
        sys.exit(f"the page would not tell of {', '.join(missing)}")
    return page


def main() -> int:
    page = rendered()
    if "--update" in sys.argv[1:]:
        PAGE.write_text(page, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page:
        return 0
    print(f"{PAGE} is not what {HEADER} says: python3 tests/hygiene/abi_reference.py --update")
    return 1


if __name__ == "__main__":
    sys.exit(main())
