#!/usr/bin/env python3
"""Fails when a file includes a layer it may not see, or a library it does not own.

The two tables are the architecture: see docs/architecture.md."""

import pathlib
import re
import sys

from sources import report, tracked

HOST = ["host/config", "host/loader", "host/worker", "host/vault", "host/registry", "host/router",
        "host/recorder", "host/engine"]
VOCABULARY = ["host/request.hpp", "host/outcome.hpp", "host/provider.hpp"]
CORE = ["core/base", "core/json", "core/crypto", "core/store", "core/net", "core/media"]

PLUGINS = sorted(path.name for path in pathlib.Path("plugins").iterdir() if path.is_dir())

ALLOWED = {
    "sdk": ["patchbay"],
    **{f"plugins/{folder}": ["patchbay", f"plugins/{folder}", "plugins/shared"] for folder in PLUGINS},
    "core/base": ["core/base"],
    **{folder: [folder, "core/base", "patchbay"] for folder in CORE[1:]},
    "host": ["host", "core", "patchbay"],
    **{folder: CORE + ["patchbay"] + VOCABULARY + HOST[: place + 1] for place, folder in enumerate(HOST)},
    "host/worker": ["host/worker", "host/loader", "core/base", "patchbay"],
    "host/emulator": ["host/emulator", "core", "patchbay"],
    "host/gateway": ["host", "core", "patchbay"],
    "host/cli": ["host", "core", "patchbay"],
    "tests": ["core", "host", "patchbay", "tests", "plugins"],
}

OWNERS = {
    "rapidjson/": ["core/json"],
    "sodium": ["core/crypto"],
    "openssl/": ["core/crypto"],
    "sqlite3.h": ["core/store"],
    "curl/": ["core/net"],
    "boost/asio": ["core/net"],
    "boost/beast": ["core/net"],
    "png.h": ["core/media"],
    "jpeglib.h": ["core/media"],
    "boost/dll": ["host/loader"],
    "toml++": ["host/config"],
    "CLI/": ["host/cli"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')
LAYERED = re.compile(r"(patchbay|core|host|plugins|tests|sdk)/")


def layer_of(path: str) -> str | None:
    return max((layer for layer in ALLOWED if path.startswith(layer + "/")), key=len, default=None)


def problems_of(path: str, number: int, target: str) -> list[str]:
    layer, where = layer_of(path), f"{path}:{number}"
    if layer is None or layer == "tests":
        return []
    if LAYERED.match(target) and not any(target.startswith(prefix) for prefix in ALLOWED[layer]):
        return [f"{where}: {layer} may not include {target}"]
    for library, owners in OWNERS.items():
        if not target.startswith(library):
            continue
        if layer not in owners:
            return [f"{where}: {target} belongs to {', '.join(owners)}"]
        if path.endswith((".h", ".hpp")):
            internal = path.endswith("_internal.hpp")  # included by its own folder's .cpp files alone
            return [] if internal else [f"{where}: {target} may be included in .cpp files only"]
    return []


def main() -> int:
    problems = []
    for path in tracked("*.h", "*.hpp", "*.c", "*.cpp"):
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if match := INCLUDE.match(line):
                    problems += problems_of(path.as_posix(), number, match[1])
                    if "_internal.hpp" in match[1] and not match[1].startswith(str(path.parent)):
                        problems.append(f"{path}:{number}: {match[1]} is another folder's own")
    return report(problems)


if __name__ == "__main__":
    sys.exit(main())
