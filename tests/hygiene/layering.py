#!/usr/bin/env python3
"""Fails when a file includes a layer it may not see, or a library it does not own.

The two tables are the architecture: see docs/architecture.md. A folder of source that neither table knows fails too."""

import pathlib
import re
import sys

from sources import report, tracked

HOST = ["host/config", "host/worker", "host/loader", "host/vault", "host/registry", "host/router",
        "host/recorder", "host/engine", "host/oauth", "host/check"]
VOCABULARY = ["host/request.hpp", "host/outcome.hpp", "host/provider.hpp"]
CORE = ["core/base", "core/json", "core/crypto", "core/store", "core/net", "core/media"]

PLUGINS = sorted(path.name for path in pathlib.Path("plugins").iterdir() if path.is_dir())

ALLOWED = {
    "sdk/include/patchbay": ["patchbay"],
    **{f"plugins/{folder}": ["patchbay", f"plugins/{folder}", "plugins/shared"] for folder in PLUGINS},
    "core/base": ["core/base"],
    **{folder: [folder, "core/base", "patchbay"] for folder in CORE[1:]},
    "host": ["host", "core", "patchbay"],
    **{folder: CORE + ["patchbay"] + VOCABULARY + HOST[: place + 1] for place, folder in enumerate(HOST)},
    "host/worker": ["host/worker", "core/base", "patchbay"],
    "host/emulator": ["host/emulator", "core", "patchbay"],
    "host/jobs": ["host/host.hpp", "host/runner.hpp", "host/jobs", *VOCABULARY, *HOST, "core", "patchbay"],
    "host/include/patchbay": ["patchbay"],
    "host/embedding": ["host", "core", "patchbay"],
    "docs/examples": ["patchbay"],
    "host/gateway": ["host", "core", "patchbay"],
    "host/cli": ["host", "core", "patchbay"],
    "tests": ["core", "host", "patchbay", "tests", "plugins"],
}

OWNERS = {
    "rapidjson/": ["core/json"],
    "sodium": ["core/crypto"],
    "gnu/libc-version.h": ["host/cli"],
    "openssl/": ["core/crypto"],
    "sqlite3.h": ["core/store"],
    "curl/": ["core/net"],
    "boost/asio": ["core/net"],
    "boost/beast": ["core/net"],
    "boost/version.hpp": ["core/net"],
    "png.h": ["core/media"],
    "jpeglib.h": ["core/media"],
    "jerror.h": ["core/media"],
    "boost/dll": ["host/loader"],
    "toml++": ["host/config"],
    "seccomp.h": ["host/worker"],
    "CLI/": ["host/cli"],
}
# Of the compiler, the C library and the kernel: everybody's, but for the SDK and plugins, which run anywhere.
SYSTEM = re.compile(r"[a-z_]+|(sys|netinet|arpa|linux)/\w+\.h|"
                    r"(unistd|fcntl|stdlib|stdint|stddef|termios|spawn|pwd|grp|poll|malloc|elf|dlfcn|signal|errno|"
                    r"immintrin|emmintrin|arm_neon|sched|pthread|time|string|stdio|netdb|ifaddrs|dirent|link)\.h")
STANDARD = re.compile(r"[a-z_]+|(stddef|stdint|emmintrin|immintrin|arm_neon)\.h")

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')
LAYERED = re.compile(r"(patchbay|core|host|plugins|tests|sdk)/")


def is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + "/")


def layer_of(path: str) -> str | None:
    """The folder that a file belongs to; files of a folder that no table names belong to none."""
    folder = str(pathlib.PurePosixPath(path).parent)
    layer = max((layer for layer in ALLOWED if is_below(folder, layer)), key=len, default=None)
    return None if layer == "host" and folder != "host" else layer


def library_problem(path: str, layer: str, target: str) -> str | None:
    owners = next((owners for library, owners in OWNERS.items() if target.startswith(library)), None)
    if owners is None:
        known = STANDARD if layer.startswith(("sdk", "plugins")) else SYSTEM
        return None if known.fullmatch(target) else f"{target} belongs to no folder: give it an owner"
    if layer not in owners:
        return f"{target} belongs to {', '.join(owners)}"
    if path.endswith((".h", ".hpp")) and not path.endswith("_internal.hpp"):  # its own folder's .cpp files' alone
        return f"{target} may be included in .cpp files only"
    return None


def problems_of(path: str, quote: str, target: str) -> list[str]:
    layer = layer_of(path)
    if layer is None:
        return ["the folder stands in no layer: see ALLOWED"]
    if layer == "tests":
        return []
    if LAYERED.match(target):
        seen = any(is_below(target, allowed) for allowed in ALLOWED[layer])
        return [] if seen else [f"{layer} may not include {target}"]
    if quote == '"':  # a plugin may be a folder that stands anywhere, and names its own files
        beside = pathlib.Path(path).parent / target
        own = layer.startswith("plugins") and "/" not in target and beside.is_file()
        return [] if own else [f"{target} is no path of the repository"]
    problem = library_problem(path, layer, target)
    return [problem] if problem else []


def check_this_check() -> None:
    """Each rule finds what breaks it."""
    for path, quote, target in (
            ("core/net/a.cpp", '"', "core/store/database.hpp"), ("core/base/a.hpp", '"', "host/host.hpp"),
            ("host/vault/a.cpp", '"', "host/engine/engine.hpp"), ("plugins/gemini/a.cpp", '"', "core/base/file.hpp"),
            ("host/router/a.cpp", "<", "sqlite3.h"), ("core/store/a.hpp", "<", "sqlite3.h"),
            ("core/net/a.cpp", "<", "nlohmann/json.hpp"), ("plugins/gemini/a.cpp", "<", "unistd.h"),
            ("host/unheard/a.cpp", '"', "core/base/file.hpp"), ("tools/a.cpp", "<", "vector"),
            ("core/net/a.cpp", '"', "../store/database.hpp"), ("core/net/a.cpp", '"', "core/basement/x.hpp")):
        assert problems_of(path, quote, target), f"{path} may include {target}"
    for path, quote, target in (("core/net/a.cpp", "<", "curl/curl.h"), ("host/host.cpp", '"', "host/engine/engine.hpp"),
                                ("host/router/a.cpp", '"', "host/request.hpp"), ("core/net/a.cpp", "<", "sys/socket.h")):
        assert not problems_of(path, quote, target), f"{path} may not include {target}"


def main() -> int:
    check_this_check()
    problems, seen = [], set()
    for path in tracked("*.h", "*.hpp", "*.c", "*.cpp"):
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if match := INCLUDE.match(line):
                    seen.add(layer_of(path.as_posix()))
                    problems += [f"{path}:{number}: {what}" for what in problems_of(path.as_posix(), match[1], match[2])]
                    if "_internal.hpp" in match[2] and not match[2].startswith(str(path.parent)):
                        problems.append(f"{path}:{number}: {match[2]} is another folder's own")
    if not {"sdk/include/patchbay", "host", *CORE} <= seen:
        problems.append(f"no include was seen in {sorted({'sdk/include/patchbay', 'host', *CORE} - seen)}")
    return report(problems)


if __name__ == "__main__":
    sys.exit(main())
