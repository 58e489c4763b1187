#!/usr/bin/env python3
"""Plugin files: what they export and import, and a manifest that a host can read.

A folder stands for all plugins in it; --expect FOLDER names the source folders that each must have made one of them."""

import pathlib
import re
import subprocess
import sys

import elf_manifest

ENTRY = "patchbay_plugin_v1"
AUTH_TYPES = {"bearer", "api_key", "oauth"}
OPERATIONS = {"image", "chat", "models", "verify"}
FIELDS = {
    "id", "version", "name", "display_name", "endpoint", "auth", "no_credential", "key_env", "login_url",
    "key_prefixes", "models", "origins", "anon_get_any", "verify_origin", "operations", "image_models",
    "settings", "params", "abi_minor", "single_final_image", "endpoints", "browser_login"}
MODEL_FIELDS = {"prefix", "aspect_ratios", "resolutions", "inputs_max", "images_max", "formats", "api", "conversation",
                "sizes", "omit"}


def symbols(path, *options):
    run = subprocess.run(["nm", "-D", *options, path], capture_output=True, check=True, text=True)
    return [line.split()[-2:] for line in run.stdout.splitlines()]


def dynamic(path):
    return subprocess.run(["readelf", "-dW", path], capture_output=True, check=True, text=True).stdout


def check_file(path, problems):
    exported = [name.split("@")[0] for _, name in symbols(path, "--defined-only")]
    if exported != [ENTRY]:
        problems.append(f"{path} exports {exported}")
    if any(kind == "u" for kind, _ in symbols(path)):
        problems.append(f"{path} has GNU-unique symbols")
    if any("__cxa_thread_atexit" in name for _, name in symbols(path, "--undefined-only")):
        problems.append(f"{path} has thread-local destructors, which keep it mapped for ever")
    if not re.search(r"\(FLAGS_1\).*NOW|BIND_NOW", dynamic(path)):
        problems.append(f"{path} binds lazily")


def check_adapter(path, adapter, problems):
    where = f"{path}: {adapter.get('id')}"

    def need(truth, what):
        if not truth:
            problems.append(f"{where}: {what}")

    need(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9_-]+)+", adapter.get("id", "")), "id in reverse DNS")
    need(re.fullmatch(r"\d+\.\d+\.\d+(-[\w.]+)?", adapter.get("version", "")), "a semantic version")
    need(re.fullmatch(r"[a-z0-9_-]{1,50}", adapter.get("name", "")), "a provider name")
    need(not set(adapter) - FIELDS, f"unknown fields {set(adapter) - FIELDS}")
    need(adapter.get("no_credential") or adapter.get("auth"), "auth or no_credential")
    need(not set(adapter.get("auth", {})) - AUTH_TYPES, "a known auth type")
    need(set(adapter.get("operations", ["image"])) <= OPERATIONS, "known operations")
    need(adapter.get("endpoint", "https://").startswith("https://"), "an https endpoint")
    for family in adapter.get("image_models", []):
        need(not set(family) - MODEL_FIELDS, f"unknown fields of a model: {set(family) - MODEL_FIELDS}")
        need(all(re.fullmatch(r"\d+:\d+", r) for r in family.get("aspect_ratios", [])), "aspect ratios")
        need(all(re.fullmatch(r"\d+K?", r) for r in family.get("resolutions", [])), "resolutions")
        need(family.get("api", "chat") in ("images", "chat"), "a known api")
        need(all(re.fullmatch(r"\d+x\d+", s) for s in family.get("sizes", [])), "sizes")


def missing(expected, paths):
    """Source folders of plugins that made no file."""
    made = {pathlib.Path(path).stem for path in paths}
    wanted = {folder.parent.name for folder in pathlib.Path(expected).glob("*/CMakeLists.txt")
              if "patchbay_add_plugin(" in folder.read_text()}
    return [f"{expected}/{name} made no plugin" for name in sorted(wanted - made)] + ([] if wanted else ["no folder"])


def main():
    words = sys.argv[1:]
    expected = words.pop(words.index("--expect") + 1) if "--expect" in words else None
    paths = []
    for word in words:
        if word != "--expect":
            paths += sorted(map(str, pathlib.Path(word).glob("*.so"))) if pathlib.Path(word).is_dir() else [word]
    problems = missing(expected, paths) if expected else []
    for path in paths:
        check_file(path, problems)
        for adapter in elf_manifest.adapters(path):
            check_adapter(path, adapter, problems)
    print("\n".join(problems) or f"{len(paths)} plugin files are in order")
    return 1 if problems or not paths else 0


sys.exit(main())
