#!/usr/bin/env python3
"""Fails when the documentation and the tree disagree.

Links lead somewhere; each page has one title; docs/architecture.md names every folder of source;
commands that are shown exist (presets, and subcommands of the built program where it is given)."""

import os
import pathlib
import re
import subprocess
import sys

from sources import report, tracked

LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)(?:#[^)]*)?\)")
PRESET = re.compile(r"--preset[ =](\w+)")
COMMAND = re.compile(r"^\s*(?:\$ )?patchbay ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)", re.MULTILINE)
CODE = re.compile(r"```(?:sh|console|bash)?\n(.*?)```", re.DOTALL)


def links(path: pathlib.PurePosixPath, text: str) -> list[str]:
    targets = [target for target in LINK.findall(text) if not re.match(r"[a-z]+:", target)]
    return [f"{path}: link to {target} leads nowhere" for target in targets
            if not (pathlib.Path(path).parent / target).exists()]


def titles(path: pathlib.PurePosixPath, text: str) -> list[str]:
    outside_code = CODE.sub("", text)
    count = len(re.findall(r"^# ", outside_code, re.MULTILINE))
    return [] if count == 1 else [f"{path}: {count} titles; a page has one"]


def presets(path: pathlib.PurePosixPath, text: str, known: str) -> list[str]:
    return [f"{path}: no preset {name}" for name in PRESET.findall(text) if f'"name": "{name}"' not in known]


def folders(architecture: str) -> list[str]:
    sources = tracked("core/*.cpp", "core/*.hpp", "host/*.cpp", "host/*.hpp", "plugins/*.cpp", "sdk/*.hpp")
    wanted = sorted({"/".join(path.parts[:2]) for path in sources if len(path.parts) > 2} - {"sdk/include"})
    return [f"docs/architecture.md does not name {folder}" for folder in wanted if f"{folder}" not in architecture]


def commands(path: pathlib.PurePosixPath, text: str, program: str | None) -> list[str]:
    if program is None:
        return []
    problems = []
    for block in CODE.findall(text):
        for words in COMMAND.findall(block):
            command = words.split()
            run = subprocess.run([program, *command, "--help"], capture_output=True, text=True)
            if run.returncode != 0 and len(command) > 1:
                run = subprocess.run([program, command[0], "--help"], capture_output=True, text=True)
            if run.returncode != 0:
                problems.append(f"{path}: `patchbay {words}` is no command")
    return problems


def main() -> int:
    program = sys.argv[1] if len(sys.argv) > 1 and os.path.exists(sys.argv[1]) else None
    known = pathlib.Path("CMakePresets.json").read_text(encoding="utf-8")
    problems = folders(pathlib.Path("docs/architecture.md").read_text(encoding="utf-8"))
    for path in tracked("*.md"):
        text = pathlib.Path(path).read_text(encoding="utf-8")
        problems += links(path, text) + titles(path, text) + presets(path, text, known) + commands(path, text, program)
    return report(problems)


if __name__ == "__main__":
    sys.exit(main())
