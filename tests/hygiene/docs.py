#!/usr/bin/env python3
"""Fails when the documentation and the tree disagree.

Links lead somewhere, to a title where they name one; each page has one main title; docs/architecture.md names every
folder; commands that are shown exist (presets, and subcommands with their options, of the program where it is given)."""

import functools
import os
import pathlib
import re
import subprocess
import sys

from sources import report, tracked

LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]*)(?:#([^)]*))?\)")
PRESET = re.compile(r"--preset[ =](\w+)")
COMMAND = re.compile(r"^\s*(?:\$ )?patchbay ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*){0,2})(.*)$", re.MULTILINE)
OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]*")
CODE = re.compile(r"```(?:sh|console|bash)?\n(.*?)```", re.DOTALL)


def anchors(text: str) -> set[str]:
    """What the titles of a page are called in links."""
    found = re.findall(r"^#+ (.*)$", CODE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in found}


def links(path: pathlib.PurePosixPath, text: str) -> list[str]:
    problems = []
    for target, anchor in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        page = pathlib.Path(path).parent / target if target else pathlib.Path(path)
        if not page.exists():
            problems.append(f"{path}: link to {target} leads nowhere")
        elif anchor and page.suffix == ".md" and anchor not in anchors(page.read_text(encoding="utf-8")):
            problems.append(f"{path}: {target or path.name} has no title for #{anchor}")
    return problems


def titles(path: pathlib.PurePosixPath, text: str) -> list[str]:
    outside_code = CODE.sub("", text)
    count = len(re.findall(r"^# ", outside_code, re.MULTILINE))
    return [] if count == 1 else [f"{path}: {count} titles; a page has one"]


def presets(path: pathlib.PurePosixPath, text: str, known: str) -> list[str]:
    return [f"{path}: no preset {name}" for name in PRESET.findall(text) if f'"name": "{name}"' not in known]


def folders(architecture: str) -> list[str]:
    sources = tracked("core/*.cpp", "core/*.hpp", "host/*.cpp", "host/*.hpp", "plugins/*.cpp", "sdk/*.hpp")
    wanted = {"/".join(path.parts[:2]) for path in sources if len(path.parts) > 2} - {"sdk/include"}
    wanted |= {f"{path.parts[0]}/" for path in tracked("*/*") if not path.parts[0].startswith(".")}
    words = set(re.findall(r"[\w.-]+(?:/[\w.-]+)*/?", architecture))
    kinds = {path.parts[1] for path in tracked("tests/*/*")}
    words |= {word.split("/")[0] + "/" for word in words if "/" in word}
    return [f"docs/architecture.md does not name {folder}" for folder in sorted(wanted - words)] + \
           [f"docs/architecture.md does not name tests/{kind}" for kind in sorted(kinds - words)]


def commands(path: pathlib.PurePosixPath, text: str, program: str | None) -> list[str]:
    """Subcommands and options in blocks of code; `program` is asked for its help."""
    if program is None:
        return []
    problems = []
    for words, rest in (found for block in CODE.findall(text) for found in COMMAND.findall(block.replace("\\\n", " "))):
        command = words.split()
        known_words = (help_of(program, *command[:count]) for count in range(len(command), 0, -1))
        help_text = next((text for text in known_words if text), None)
        if help_text is None:
            problems.append(f"{path}: `patchbay {words}` is no command")
            continue
        known = set(OPTION.findall(help_text)) | set(OPTION.findall(help_of(program) or ""))
        said = OPTION.findall(re.split(r"[|;&>#]", rest)[0])
        problems += [f"{path}: `patchbay {words}` has no option {option}" for option in said if option not in known]
    return problems


@functools.cache
def help_of(program: str, *command: str) -> str | None:
    run = subprocess.run([program, *command, "--help"], capture_output=True, text=True)
    return run.stdout.replace(",", " ") if run.returncode == 0 else None


def main() -> int:
    program = sys.argv[1] if len(sys.argv) > 1 else None
    if program and not os.access(program, os.X_OK):
        sys.exit(f"{program} is not built: its commands cannot be compared")
    known = pathlib.Path("CMakePresets.json").read_text(encoding="utf-8")
    problems = folders(pathlib.Path("docs/architecture.md").read_text(encoding="utf-8"))
    for path in tracked("*.md"):
        text = pathlib.Path(path).read_text(encoding="utf-8")
        problems += links(path, text) + titles(path, text) + presets(path, text, known) + commands(path, text, program)
    return report(problems)


if __name__ == "__main__":
    sys.exit(main())
