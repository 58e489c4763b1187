#!/usr/bin/env python3
"""Installs the SDK alone, builds plugins against it outside this tree, and runs them."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

REPLAY, CMAKE = sys.argv[1:3]
SOURCE = pathlib.Path(__file__).resolve().parent
BUILD = os.environ["PATCHBAY_BUILD_DIR"]
REPLY = json.dumps({"data": [{"b64_json": "QUJD"}]})


def run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def main():
    readme = (SOURCE.parent.parent / "sdk" / "README.md").read_text()
    assert (SOURCE / "consumer" / "plugin.cpp").read_text() in readme, "README.md shows another plugin"
    with tempfile.TemporaryDirectory() as folder:
        stage, build, reply = (pathlib.Path(folder) / name for name in ("stage", "build", "reply"))
        run(CMAKE, "--install", BUILD, "--component", "SDK", "--prefix", stage)
        strangers = [p for p in stage.rglob("*") if p.is_file() and p.suffix not in (".h", ".hpp", ".cmake", ".map")]
        assert not strangers, f"the SDK installs {strangers}"
        run(CMAKE, "-S", SOURCE / "consumer", "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={stage}",
            "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_COMPILE_WARNING_AS_ERROR=ON", "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic",
            "-DCMAKE_C_FLAGS=-Wall -Wextra -Wpedantic")
        run(CMAKE, "--build", build)
        reply.write_text(REPLY)
        seen = json.loads(run(REPLAY, build / "consumer_cpp.so", reply, 200))
        assert seen["ending"] == "done" and seen["parts"][0]["data"] == "QUJD", seen
        seen = json.loads(run(REPLAY, build / "consumer_c.so", "--operation", "chat"))
        assert seen["ending"] == "done" and seen["parts"][0]["data"] == "plain C", seen
        print(run(sys.executable, "-B", SOURCE / "plugin_files.py", build / "consumer_cpp.so", build / "consumer_c.so"))


main()
