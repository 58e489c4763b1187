#!/usr/bin/env python3
"""`generate` ended from outside at any moment: by ^C, and by kill -9."""

import contextlib
import random
import signal
import sqlite3

import support

Image = support.require("PIL.Image")


class InterruptTest(support.Case):
    def interrupted(self, number, *options):
        emulator = support.Emulator("--fault", "stall_body")
        self.addCleanup(emulator.stop)
        self.point_at(emulator.url)
        running = self.home.start("generate", "a cat", *options)
        while not emulator.log():
            self.assertIsNone(running.poll())
        running.send_signal(number)
        out, err = running.communicate(timeout=support.TIME_MAX)
        return running.returncode, out, err

    def test_ends_with_130_and_leaves_nothing(self):
        self.configure()
        for number in (signal.SIGINT, signal.SIGTERM):
            code, out, err = self.interrupted(number, "--out", "a.img")
            self.assertEqual((code, out), (130, ""), err)
            self.assertEqual(list(self.home.work.iterdir()), [])
        [(count,)] = self.home.sql("SELECT count(*) FROM patchbay_attempts WHERE outcome = 'cancelled'")
        self.assertEqual(count, 2)

    def test_ends_with_130_before_anything_started(self):
        self.configure()
        running = support.subprocess.Popen(
            self.home.command("generate", "--prompt-file", "-"), stdin=support.subprocess.PIPE,
            stdout=support.subprocess.PIPE, stderr=support.subprocess.PIPE, env=support.environment(), cwd=self.home.work)
        self.addCleanup(running.communicate)
        # It reads its prompt: signals are handled by then.
        while b"pipe" not in support.waiting_in(running.pid):
            self.assertIsNone(running.poll())
        running.send_signal(signal.SIGINT)
        self.assertEqual(running.wait(support.TIME_MAX), 130)


class KillTest(support.Case):
    emulator_options = ("--image-bytes", "3M")
    rounds = 40

    def test_leaves_a_whole_image_or_none_and_a_sound_database(self):
        self.configure()
        chance = random.Random(20260101)
        whole = 0
        for number in range(self.rounds):
            name = self.home.work / f"{number}.img"
            running = self.home.start("generate", "a cat", "--out", name.name)
            with contextlib.suppress(support.subprocess.TimeoutExpired):
                running.wait(chance.uniform(0.005, 0.4))
            running.kill()
            running.communicate(timeout=support.TIME_MAX)
            if name.exists():
                whole += 1
                with Image.open(name) as image:
                    image.load()
            with contextlib.closing(sqlite3.connect(self.home.database)) as database:
                self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        self.assertLess(whole, self.rounds, "nothing was killed in time")
        self.succeed("generate", "a cat", "--out", "last.img")
        self.assertEqual(self.home.keys()[0]["state"], "used")

    def test_init_can_be_repeated_after_it_was_killed(self):
        chance = random.Random(7)
        for _ in range(15):
            home = support.Home()
            self.addCleanup(home.remove)
            running = home.start("init")
            with contextlib.suppress(support.subprocess.TimeoutExpired):
                running.wait(chance.uniform(0.001, 0.15))
            running.kill()
            running.communicate(timeout=support.TIME_MAX)
            again = home.run("init")
            self.assertIn(again.returncode, (0, 2), again.stderr)
            status = home.run("vault", "status")
            self.assertEqual(status.returncode, 0, status.stderr)


if __name__ == "__main__":
    support.main()
