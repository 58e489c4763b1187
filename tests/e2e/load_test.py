#!/usr/bin/env python3
"""Twenty programs at once on one home, one answer of ten going wrong. PATCHBAY_LOAD=whole: two hundred of them."""

import collections
import contextlib
import json
import os
import sqlite3
import time
import urllib.request

import support

AT_ONCE = 20
WAVES = 10 if os.environ.get("PATCHBAY_LOAD") == "whole" else 2


class ManyProgramsTest(support.Case):
    emulator_options = ("--fault-rate", "10")

    def test_share_one_home_and_leave_nothing_behind(self):
        self.configure(None, None, "--no-verify")
        begin = time.monotonic()
        codes = collections.Counter()
        reported = 0
        for wave in range(WAVES):
            running = [self.home.start("--json", "generate", "a cat", "--out", f"{wave}-{i}.img", "--timeout", "60")
                       for i in range(AT_ONCE)]
            for program in running:
                self.addCleanup(program.kill)
            for i, program in enumerate(running):
                out, err = program.communicate(timeout=2 * support.TIME_MAX)
                codes[program.returncode] += 1
                self.assertNotIn("is locked", err)
                self.assertNotIn(program.returncode, (2, 8, 9), err)
                file = self.home.work / f"{wave}-{i}.img"
                self.assertEqual(file.exists(), program.returncode == 0, err)
                if program.returncode == 0:
                    reported += 1
                    self.assertEqual(json.loads(out)["images"][0]["bytes"], file.stat().st_size)
        seconds = time.monotonic() - begin
        rows = self.home.sql("SELECT count(*), sum(outcome = 'ok') FROM patchbay_attempts")[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{self.emulator.port}/emulator/counts") as answer:
            arrived = json.load(answer)["keys"][0]["requests"]
        self.assertEqual(rows, (arrived, reported))
        self.assertEqual(len(list(self.home.work.iterdir())), reported)
        self.assertGreater(reported, WAVES * AT_ONCE * 3 // 4)
        with contextlib.closing(sqlite3.connect(self.home.database)) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        print(f"{WAVES * AT_ONCE} programs, {AT_ONCE} at once: {reported} images, {arrived} attempts, "
              f"{seconds:.1f} s, exit codes {dict(codes)}")


if __name__ == "__main__":
    support.main()
