#!/usr/bin/env python3
"""`plugin new`, whole: write, build against the installed SDK, check, drop in, generate."""

import base64
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import support

TINY_PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR42mP4z8AARAwQCgAf7gP9Y167WwAAAABJRU5ErkJggg==")
KEY = "mo-a-secret-of-the-moon"


def run(*words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=300, **more)
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout


class Provider(support.LoopbackServer):
    """What both languages' new plugins speak to: JSON for the one, the image itself for the other."""

    def __init__(self, speaks_json):
        self.wishes = []
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                known = self.headers["Authorization"] == f"Bearer {KEY}" and self.path == "/v1beta/images"
                provider.wishes.append(json.loads(body)["prompt"] if speaks_json else body.decode())
                picture = json.dumps({"data": [{"b64_json": base64.b64encode(TINY_PNG).decode()}]}).encode()
                answer = (picture if speaks_json else TINY_PNG) if known else b"{}"
                self.send_response(200 if known else 401)
                self.send_header("Content-Type", "application/json" if speaks_json else "image/png")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        super().__init__(Handler)


class PluginNewTest(support.Case):
    emulated = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory(prefix="patchbay-sdk-")
        cls.addClassCleanup(folder.cleanup)
        cls.stage = pathlib.Path(folder.name)
        run("cmake", "--install", support.BUILD, "--component", "SDK", "--prefix", cls.stage)

    def build(self, name, *options):
        """From the name to the checked plugin, as its README.md says."""
        written = self.succeed("plugin", "new", name, *options).stdout.splitlines()
        project = self.home.work / name
        self.assertEqual({self.home.work / line for line in written},
                         {path for path in project.rglob("*") if path.is_file()})
        for path in project.rglob("*"):
            self.assertNotRegex(path.read_text() if path.is_file() else "", r"@[A-Z]+@")
        build = project / "build"
        run("cmake", "-S", project, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.stage}",
            f"-DPATCHBAY_PROGRAM={support.PROGRAM}", "-DCMAKE_COMPILE_WARNING_AS_ERROR=ON",
            "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic", "-DCMAKE_C_FLAGS=-Wall -Wextra -Wpedantic")
        run("cmake", "--build", build)
        self.assertIn("100% tests passed", run("ctest", "--test-dir", build, "--output-on-failure"))
        return build / f"{name}.so"

    def generate(self, name, plugin, speaks_json):
        self.succeed("init")
        plugins = self.home.path / "plugins"
        plugins.mkdir(mode=0o700, exist_ok=True)
        shutil.copy(plugin, plugins)
        self.succeed("plugin", "trust", name, "--yes")
        provider = Provider(speaks_json)
        self.addCleanup(provider.stop)
        self.succeed("provider", "set", name, "--endpoint", provider.url, "--allow-private")
        self.succeed("configure", "--provider", name, "--api-key-stdin", text=KEY)
        self.succeed("generate", "--provider", name, "the moon", "--out", "moon.png")
        self.assertEqual((self.home.work / "moon.png").read_bytes(), TINY_PNG)
        self.assertEqual(provider.wishes, ["the moon"])

    def test_a_new_plugin_in_cpp(self):
        plugin = self.build("moon-lantern")
        checked = self.home.json("plugin", "check", plugin, self.home.work / "moon-lantern/cassettes")
        self.assertEqual(checked["level"], checked["level_max"])
        self.generate("moon-lantern", plugin, speaks_json=True)

    def test_a_new_plugin_in_c(self):
        plugin = self.build("moon", "--lang", "c")
        checked = self.home.json("plugin", "check", plugin, self.home.work / "moon/cassettes")
        self.assertEqual(checked["level"], checked["level_max"])
        self.generate("moon", plugin, speaks_json=False)

    def test_what_cannot_be_is_refused_before_anything_is_written(self):
        for name in ("Moon", "", "mo on", "-moon", "moon-", "test", "../moon", "m" * 51):
            self.fail_with(2, "plugin", "new", name)
        self.fail_with(2, "plugin", "new", "moon", "--lang", "rust")
        self.assertEqual(os.listdir(self.home.work), [])
        (self.home.work / "moon").mkdir()
        self.assertIn("there already", self.fail_with(2, "plugin", "new", "moon").stderr)
        self.assertEqual(os.listdir(self.home.work / "moon"), [])


if __name__ == "__main__":
    support.main()
