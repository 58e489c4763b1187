#!/usr/bin/env python3
"""Runs docs/write-an-adapter.md block by block, with the installed SDK and the program alone."""

import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

import support

PAGE = support.SOURCE / "docs" / "write-an-adapter.md"
BLOCK = re.compile(r"^```(\S+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINES_MAX = 60  # of a working plugin
MARK = "the end of this command is "


class Shell:
    """One bash for the whole page, as a reader has one."""

    def __init__(self, folder, stage):
        path = f"{support.PROGRAM.parent}:{os.environ['PATH']}"
        environment = support.environment(PATH=path, CMAKE_PREFIX_PATH=str(stage), CMAKE_GENERATOR="Ninja",
                                          HOME=str(folder), PATCHBAY_HOME=str(folder / "home"))
        (folder / "home").mkdir(mode=0o700)
        self.process = subprocess.Popen(["bash", "--norc"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        stderr=subprocess.STDOUT, cwd=folder, env=environment, start_new_session=True)

    def run(self, command):
        self.process.stdin.write(f"{command}\necho \"{MARK}$?\"\n")
        self.process.stdin.flush()
        said = []
        for line in self.process.stdout:
            if line.startswith(MARK):
                return int(line.removeprefix(MARK)), said
            said.append(line.rstrip("\n"))
        raise AssertionError("the shell ended: " + "\n".join(said))

    def stop(self):
        os.killpg(self.process.pid, signal.SIGKILL)  # its own session: the shell, and the server it started
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def commands(block):
    """Each command with the lines that the page shows below it."""
    out = []
    for line in block.splitlines():
        if line.startswith("$ "):
            out.append((line[2:], []))
        else:
            out[-1][1].append(line)
    return out


class TutorialTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="patchbay-tutorial-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        stage = self.folder / "stage"
        subprocess.run(["cmake", "--install", support.BUILD, "--component", "SDK", "--prefix", stage], check=True,
                       capture_output=True)
        self.shell = Shell(self.folder, stage)
        self.addCleanup(self.shell.stop)

    def test_every_block_does_what_the_page_says(self):
        blocks = BLOCK.findall(PAGE.read_text())
        self.assertGreaterEqual(len(blocks), 8)
        for kind, file, text in blocks:
            if file:
                (self.folder / file).write_text(text)
            else:
                self.assertEqual(kind, "console")
                self.run_block(text)
        self.assertGreater((self.folder / "lantern" / "lantern.png").stat().st_size, 0)

    def run_block(self, text):
        for command, shown in commands(text):
            code, said = self.shell.run(command)
            self.assertEqual(code, 0, f"{command}\n" + "\n".join(said))
            for line in shown:
                if line != "...":
                    self.assertTrue(any(found.startswith(line) for found in said), f"{command}: {line!r} is not in {said}")

    def test_the_plugin_is_short(self):
        [source] = [text for kind, _, text in BLOCK.findall(PAGE.read_text()) if kind == "cpp"]
        self.assertLessEqual(len(source.splitlines()), LINES_MAX)


if __name__ == "__main__":
    support.main()
