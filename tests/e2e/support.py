"""What the end-to-end tests share: a temporary home, the program, the emulator, recorded answers."""

import contextlib
import http.server
import importlib
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.error
import urllib.request

SKIPPED = 77
BUILD = pathlib.Path(os.environ.get("PATCHBAY_BUILD_DIR", "build/dev")).resolve()
PROGRAM = BUILD / "bin" / "patchbay"
SOURCE = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = pathlib.Path(os.environ.get("PATCHBAY_FIXTURES") or "PATCHBAY_FIXTURES-is-not-set")
TIME_MAX = 30  # seconds for any one command


def require(*modules):
    """The modules, or the end of the test as skipped, said loudly."""
    found = []
    for name in modules:
        try:
            found.append(importlib.import_module(name))
        except ImportError:
            print(f"SKIPPED: Python has no module {name}", file=sys.stderr)
            sys.exit(SKIPPED)
    return found[0] if len(found) == 1 else found


def main():
    if not PROGRAM.exists():
        print(f"SKIPPED: {PROGRAM} is not built", file=sys.stderr)
        sys.exit(SKIPPED)
    unittest.main()


def environment(**more):
    """No variable of the caller's but those any program needs; without a recovery code, which vault_test.py is about."""
    plain = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": "/nonexistent", "TERM": "dumb",
             "PATCHBAY_RECOVERY": "refused"}
    return {**plain, **more}


def waiting_in(pid):
    """Where in the kernel a process waits, eg b"anon_pipe_read"."""
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/wchan").read_bytes()
    return b""


class Emulator:
    """`patchbay emulate` as a child; stopped by stop()."""

    def __init__(self, *options):
        self._folder = tempfile.TemporaryDirectory(prefix="patchbay-emulator-")
        folder = pathlib.Path(self._folder.name)
        self._log = open(folder / "log", "w+", encoding="utf-8")
        command = [PROGRAM, "-v", "emulate", "--port", "0", "--ready-file", folder / "ready", *options]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=self._log, text=True, env=environment())
        while (line := self.process.stdout.readline()) != "ready\n":
            if not line:
                raise AssertionError("the emulator did not start: " + (folder / "log").read_text())
        access = json.loads((folder / "ready").read_text())
        self.port = access["port"]
        self.providers = {entry["provider"]: entry for entry in access["providers"]}
        self.url = self.providers["gemini"]["base_url"]
        self.key = self.providers["gemini"]["key"]
        self.bad_key = self.providers["gemini"]["bad_key"]
        self._marks = 0

    def request_count(self):
        """How many requests came; a last one of our own marks the end of the log."""
        self._marks += 1
        mark = f"/mark-{self._marks}"
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}{mark}", timeout=TIME_MAX)
        lines = []
        while not any(f"{mark}" in line for line in lines):
            self._log.flush()
            lines = pathlib.Path(self._log.name).read_text(encoding="utf-8").splitlines()
        return sum("/mark-" not in line for line in lines)

    def counts(self):
        """What it was asked, and what of it was billed."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/emulator/counts", timeout=TIME_MAX) as answer:
            return json.load(answer)

    def log(self):
        return pathlib.Path(self._log.name).read_text(encoding="utf-8")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(TIME_MAX)
        self.process.stdout.close()
        self._log.close()
        self._folder.cleanup()
        return code


class LoopbackServer:
    """A plain HTTP server on a thread of its own; stopped by stop()."""

    def __init__(self, handler):
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1beta"

    def stop(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class RecordedAnswers(LoopbackServer):
    """A plain HTTP server: every POST gets the body, every GET an empty list of models, or what is said."""

    def __init__(self, body, status=200, kind="application/json", on_get=b'{"models": []}'):
        self.requests = []
        answers = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self._answer(on_get)

            def do_POST(self):
                size = int(self.headers["Content-Length"])
                self._body = self.rfile.read(size)
                self._answer(body)

            def _answer(self, text):
                answers.requests.append((self.command, self.path, dict(self.headers)))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        super().__init__(Handler)


class Home:
    """A temporary home and a working directory beside it."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="patchbay-e2e-")
        root = pathlib.Path(self._folder.name)
        self.path = root / "home"
        self.work = root / "work"
        self.work.mkdir()
        self.database = self.path / "patchbay.db"
        self.time_max = TIME_MAX

    def command(self, *arguments, program=PROGRAM):
        return [str(program), "--home", str(self.path), *map(str, arguments)]

    def run(self, *arguments, text=None, program=PROGRAM, **more):
        return subprocess.run(self.command(*arguments, program=program), input=text or "", text=True,
                              capture_output=True, timeout=self.time_max, cwd=self.work, env=environment(**more))

    def start(self, *arguments):
        return subprocess.Popen(self.command(*arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, cwd=self.work, env=environment())

    def json(self, *arguments, **more):
        """The document of a command that must succeed, and say nothing else."""
        done = self.run("--json", *arguments, **more)
        if done.returncode != 0:
            raise AssertionError(f"{arguments}: {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)

    def sql(self, statement, *values):
        with contextlib.closing(sqlite3.connect(self.database)) as connection, connection:
            return connection.execute(statement, values).fetchall()

    def keys(self):
        return self.json("key", "list")["keys"]

    def files(self):
        """Every file under the home and the working directory, with its bytes."""
        root = pathlib.Path(self._folder.name)
        return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    def remove(self):
        self._folder.cleanup()


class Case(unittest.TestCase):
    """A test with a fresh home; `emulated` adds one emulator for the whole class."""

    emulated = True
    emulator_options = ()
    emulator = None

    @classmethod
    def setUpClass(cls):
        if cls.emulated:
            cls.emulator = Emulator(*cls.emulator_options)

    @classmethod
    def tearDownClass(cls):
        if cls.emulator:
            cls.emulator.stop()

    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.remove)

    def succeed(self, *arguments, **more):
        done = self.home.run(*arguments, **more)
        self.assertEqual(done.returncode, 0, f"{arguments}: {done.stderr}")
        return done

    def fail_with(self, code, *arguments, **more):
        """A command that ends with this exit code and a message, and leaves stdout empty."""
        done = self.home.run(*arguments, **more)
        self.assertEqual(done.returncode, code, f"{arguments}: {done.stdout} {done.stderr}")
        self.assertIn("Error: ", done.stderr)
        self.assertEqual(done.stdout, "")
        return done

    def point_at(self, url):
        self.succeed("provider", "set", "gemini", "--endpoint", url, "--allow-private")

    def configure(self, url=None, key=None, *options):
        """From nothing to a working key."""
        self.succeed("init")
        self.point_at(url or self.emulator.url)
        self.succeed("configure", "--provider", "gemini", "--api-key-stdin", *options,
                     text=key or self.emulator.key)
