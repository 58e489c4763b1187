#!/usr/bin/env python3
"""No space left: for the image, for the home, for its write-ahead log."""

import contextlib
import json
import os
import sqlite3

import namespace
import support

namespace.enter("mount")

from fault_case import GOOD, KEY, FaultCase, sends  # noqa: E402  (only within the namespace)
from upstream import answer_with, png, whole  # noqa: E402

LARGE = png(3_000_000)


class DiskCase(FaultCase):
    def small_disk(self, folder, size):
        folder.mkdir(exist_ok=True)
        namespace.mount("-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", folder)
        self.addCleanup(support.subprocess.run, ["umount", str(folder)], check=True)
        return folder

    def move_home_to(self, disk):
        """What setUp() made, on the small disk instead."""
        for path in self.home.path.iterdir():
            support.subprocess.run(["cp", "-a", str(path), str(disk)], check=True)
        self.home.path = disk
        self.home.database = disk / "patchbay.db"

    @staticmethod
    def fill(disk, leave=0):
        """Takes all space but so many bytes."""
        filler = disk / "filler"
        with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"\0" * 4096)
        os.truncate(filler, max(0, filler.stat().st_size - leave))
        return filler

    def expect_sound(self):
        with contextlib.closing(sqlite3.connect(self.home.database)) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])

    def expect_one_clear_line(self, done, *words):
        lines = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
        self.assertEqual(len(lines), 1, done.stderr)
        for word in words:
            self.assertIn(word, lines[0])


class OutputTest(DiskCase):
    def setUp(self):
        super().setUp()
        self.serve(sends(whole(answer_with(LARGE))))
        self.disk = self.small_disk(self.home.work / "disk", "1m")

    def test_leaves_no_part_of_an_image(self):
        for options in (("--out", self.disk / "a.img"), ("--out", self.disk / "%d.img"), ("--out-dir", self.disk)):
            with self.subTest(options[0]):
                done = self.home.run("generate", "a cat", *options)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.expect_one_clear_line(done, "No space left on device", str(self.disk))
                self.assertEqual(list(self.disk.iterdir()), [])
                self.expect_sound()

    def test_prints_nothing_where_there_is_no_room_to_collect_it(self):
        done = self.home.run("generate", "a cat", "--stdout", TMPDIR=str(self.disk))
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.expect_one_clear_line(done, "No space left on device")
        self.assertEqual(list(self.disk.iterdir()), [])

    def test_a_limit_on_file_sizes_is_told_likewise(self):
        command = self.home.command("generate", "a cat", "--out", "b.img")
        done = support.subprocess.run(["prlimit", "--fsize=1000000", *command], capture_output=True, text=True,
                                      timeout=support.TIME_MAX, cwd=self.home.work, env=support.environment())
        self.assertEqual(done.returncode, 2, done.stderr)
        self.expect_one_clear_line(done, "File too large")
        self.assertFalse((self.home.work / "b.img").exists())


class BatchTest(DiskCase):
    jobs = 12

    def setUp(self):
        super().setUp()
        self.server = self.serve(sends(whole(answer_with(LARGE))))
        self.disk = self.small_disk(self.home.work / "disk", "16m")

    def batch(self, file, *options):
        jobs = [{"prompt": f"cat {n}", "output": str(self.disk / f"{n}.img")} for n in range(self.jobs)]
        file.write_text(json.dumps(jobs))
        done = self.home.run("--json", "batch", file, "--concurrency", "1", *options)
        return done, json.loads(done.stdout or "{}")

    def test_pays_for_one_image_at_most_that_finds_no_room(self):
        filler = self.fill(self.disk, 8_000_000)
        done, document = self.batch(self.home.work / "jobs.json")
        self.assertEqual(done.returncode, 2, done.stderr)
        summary = document["summary"]
        self.assertEqual((summary["images"], summary["lost"]), (2, {"billed": 1, "maybe_billed": 0}))
        self.assertEqual(len(self.server.requests), 3)
        for job in document["jobs"][2:]:
            self.assertEqual(job["error"]["code"], "output")
            self.assertIn("No space left on device", job["error"]["message"])
        self.assertEqual(sorted(path.name for path in self.disk.iterdir()), ["0.img", "1.img", "filler"])
        filler.unlink()
        self.jobs = 4
        done, document = self.batch(self.home.work / "jobs.json", "--resume")
        self.assertEqual(done.returncode, 0, done.stderr)
        summary = document["summary"]
        self.assertEqual((summary["images"], summary["images_before"]), (2, 2))
        self.assertEqual(summary["lost_before"], {"billed": 1, "maybe_billed": 0})
        self.assertEqual(len(self.server.requests), 5)

    def test_asks_for_nothing_where_the_journal_has_no_room(self):
        journals = self.small_disk(self.home.work / "journals", "1m")
        self.fill(journals)
        done, document = self.batch(self.home.work / "jobs.json", "--journal", journals / "a.journal")
        self.assertEqual((done.returncode, document), (2, {}), done.stderr)
        self.assertIn("No space left on device", done.stderr)
        self.assertEqual(self.server.requests, [])

    def test_keeps_the_image_that_the_journal_has_no_room_for_and_stops(self):
        self.server.stop()
        journals = self.small_disk(self.home.work / "journals", "1m")
        fillers = []

        def fill_then_answer(server, connection):
            connection.read_request()
            server.requests.append(connection.head)
            fillers.append(self.fill(journals))
            # What is left of the journal's last page is taken by the job's own, long name.
            connection.send(whole(answer_with(LARGE)))

        server = self.serve(fill_then_answer)
        self.disk = self.small_disk(self.home.work / ("d" * 200), "64m")
        deep = self.disk
        for _ in range(16):
            deep = deep / ("e" * 220)
        deep.mkdir(parents=True)
        self.disk = deep
        done, document = self.batch(self.home.work / "jobs.json", "--journal", journals / "a.journal")
        self.assertEqual(done.returncode, 2, done.stderr)
        made = [n for n in range(self.jobs) if (deep / f"{n}.img").exists()]
        self.assertEqual(len(made), len(server.requests), "what was paid for is there")
        self.assertLess(len(made), self.jobs)
        self.assertEqual(document["summary"]["images"], len(made))
        self.assertEqual(document["summary"]["failed"], self.jobs - len(made))
        self.assertIn("No space left on device", document["jobs"][-1]["error"]["message"])
        for filler in fillers:
            filler.unlink(missing_ok=True)


class HomeTest(DiskCase):
    def setUp(self):
        super().setUp()
        self.serve(sends(whole(GOOD)))
        # The program keeps copies of its plugins there.
        self.succeed("generate", "a cat", "--out", "first.img")
        (self.home.work / "first.img").unlink()
        used = sum(path.stat().st_size for path in self.home.path.rglob("*") if path.is_file())
        self.disk = self.small_disk(self.home.work.parent / "disk", f"{2 * used + (4 << 20)}")
        self.move_home_to(self.disk)

    def test_an_image_is_whole_or_absent_wherever_the_space_ends(self):
        codes = set()
        for leave in (0, 4096, 8192, 16384, 24576, 32768, 49152, 65536, 131072):
            with self.subTest(leave):
                filler = self.fill(self.disk, leave)
                done = self.home.run("generate", "a cat", "--out", "a.img")
                codes.add(done.returncode)
                file = self.home.work / "a.img"
                if done.returncode == 0:
                    self.assertEqual(file.read_bytes(), png(50_000))
                    file.unlink()
                else:
                    self.assertEqual(done.returncode, 8, done.stderr)
                    self.expect_one_clear_line(done, "database")
                    self.assertRegex(done.stderr, "is full|No space left on device")
                    self.assertIn("free some space", done.stderr)
                    self.assertFalse(file.exists())
                filler.unlink()
                self.expect_sound()
        self.assertEqual(codes, {0, 8}, "the space never ended, or always")
        self.succeed("generate", "a cat", "--out", "last.img")

    def test_a_key_is_stored_whole_or_not_at_all(self):
        for leave in (0, 4096, 8192, 16384, 24576, 32768):
            with self.subTest(leave):
                before = len(self.home.keys())
                filler = self.fill(self.disk, leave)
                done = self.home.run("key", "add", "--provider", "gemini", "--api-key-stdin", "--no-verify", text=KEY + "2")
                filler.unlink()
                self.expect_sound()
                stored = len(self.home.keys()) - before
                self.assertEqual(stored, 1 if done.returncode == 0 else 0, done.stderr)
                if done.returncode != 0:
                    self.expect_one_clear_line(done)
                    self.assertEqual(done.returncode, 8, done.stderr)
        self.assertEqual({key["state"] for key in self.home.keys()} - {"active", "used"}, set())

    def test_init_completes_once_there_is_space(self):
        self.home = support.Home()
        self.addCleanup(self.home.remove)
        for leave in (0, 8192, 65536, 131072):
            with self.subTest(leave):
                self.home.path = self.small_disk(self.home.work.parent / f"home-{leave}", "1m")
                filler = self.fill(self.home.path, leave)
                done = self.home.run("init")
                self.assertNotEqual(done.returncode, 0)
                self.expect_one_clear_line(done)
                filler.unlink()
                self.succeed("init")
                self.succeed("vault", "status")


if __name__ == "__main__":
    support.main()
