#!/usr/bin/env python3
"""Every bundled plugin reaches the top level of `plugin check`, with its cassettes where it has any."""

import json
import pathlib
import subprocess
import sys

PROGRAM, PLUGINS, CASSETTES = (pathlib.Path(word) for word in sys.argv[1:])


def problems_of(plugin):
    cassettes = CASSETTES / plugin.stem
    words = [PROGRAM, "--json", "plugin", "check", plugin, *([cassettes] if cassettes.is_dir() else [])]
    done = subprocess.run([*map(str, words), "--timeout", "300s", "--rounds", "1000"], capture_output=True, text=True)
    document = json.loads(done.stdout)
    print(f"{plugin.name}: level {document['level']} of {document['level_max']}")
    if done.returncode == 0 and document["level"] == document["level_max"]:
        return []
    return [f"{plugin.name}: {check['name']}: {check['verdict']}: {check['detail']}"
            for check in document["checks"] if check["verdict"] != "pass"]


def main():
    plugins = sorted(PLUGINS.glob("*.so"))
    problems = [problem for plugin in plugins for problem in problems_of(plugin)]
    print("\n".join(problems))
    return 1 if problems or not plugins else 0


sys.exit(main())
