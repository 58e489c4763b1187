#!/usr/bin/env python3
"""Where the characters of a key are not: the memory of the program, its log, its database, its images, its children."""

import json
import pathlib
import re
import time

import support

SETTLED_S = 1.0  # after a request


def readable_regions(pid):
    """(first, last, name) of what others could read of a process's memory: all but pages kept out of core dumps."""
    text = pathlib.Path(f"/proc/{pid}/smaps").read_text()
    for block in re.split(r"\n(?=[0-9a-f]+-[0-9a-f]+ )", text):
        head = block.splitlines()[0].split()
        flags = re.search(r"^VmFlags: (.*)$", block, re.MULTILINE)
        if "r" not in head[1] or (flags and "dd" in flags[1].split()) or head[-1] in ("[vvar]", "[vsyscall]"):
            continue
        first, last = (int(number, 16) for number in head[0].split("-"))
        yield first, last, head[-1]


def places_of(pid, needle):
    found = []
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for first, last, name in readable_regions(pid):
            try:
                memory.seek(first)
                data = memory.read(last - first)
            except (OSError, ValueError, OverflowError):
                continue
            if needle in data:
                found.append(f"{first:x} {name}")
    return found


class MemoryTest(support.Case):
    def test_a_key_is_in_no_readable_page_one_second_after_a_request(self):
        self.configure()
        jobs = self.home.work / "jobs.json"
        jobs.write_text(json.dumps([{"prompt": "a cat", "out": "a.img"}, {"prompt": "a dog", "out": "b.img"}]))
        # The second waits for its turn: the process stays, and nothing is under way.
        command = self.home.command("-v", "batch", jobs, "--concurrency", "1", "--rate-limit", "1/m")
        running = support.subprocess.Popen(command, stdin=support.subprocess.DEVNULL, stdout=support.subprocess.PIPE,
                                           stderr=support.subprocess.PIPE, text=True, cwd=self.home.work,
                                           env=support.environment(PATCHBAY_LOG="debug"))
        self.addCleanup(running.communicate)
        self.addCleanup(running.kill)
        deadline = time.monotonic() + support.TIME_MAX
        while not (self.home.work / "a.img").exists():
            self.assertIsNone(running.poll())
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        time.sleep(SETTLED_S)
        try:
            # The search works: the prompt of the second job is there.
            self.assertTrue(places_of(running.pid, b"a dog"))
        except PermissionError:
            self.skipTest("SKIPPED: this account may not read the memory of a process that is not dumpable")
        self.assertEqual(places_of(running.pid, self.emulator.key.encode()), [])

    def test_nor_in_what_is_written_or_said_at_the_noisiest_level(self):
        self.configure()
        key = self.emulator.key
        said = []
        for command in (("-v", "generate", "a cat", "--out", "a.img", "--sidecar"), ("-v", "chat", "hello"),
                        ("-v", "models"), ("-v", "key", "list"), ("-v", "vault", "status"), ("-v", "doctor")):
            done = self.home.run(*command, PATCHBAY_LOG="debug")
            said.append(done.stdout + done.stderr)
        for text in said:
            self.assertNotIn(key, text)
        for path, data in self.home.files().items():
            self.assertNotIn(key.encode(), data, path)
            self.assertNotIn(key.encode("utf-16-le"), data, path)


if __name__ == "__main__":
    support.main()
