#!/usr/bin/env python3
"""kill -9 at any moment of add, rotate, disable and enable: each key is the old one or the new one, the audit trail
holds, and the next command goes on; and many processes at once, which lose nothing."""

import contextlib
import os
import random
import threading

import support

fernet = support.require("cryptography.fernet")

ROUNDS = int(os.environ.get("PATCHBAY_KILLS", "200"))
PROCESSES = 8


class KillTest(support.Case):
    def check(self, expected):
        """Every key opens to what was stored for its environment; what was acknowledged is there."""
        self.assertEqual(self.home.sql("PRAGMA integrity_check"), [("ok",)])
        self.succeed("audit", "verify")
        keys = {}
        for environment, token, version in self.home.sql(
                "SELECT k.environment, k.key_value, s.key_version FROM api_keys k "
                "JOIN patchbay_key_seals s ON s.key_id = k.id"):
            if version not in keys:
                text = self.succeed("vault", "export-fernet-key", "--version-number", version).stdout.strip()
                keys[version] = fernet.Fernet(text)
            self.assertEqual(keys[version].decrypt(token).decode(), f"AIzaSy-of-{environment}")
        self.assertLessEqual(expected, {key["environment"] for key in self.home.keys()})
        self.assertFalse([key for key in self.home.keys() if key["state"] not in ("active", "used", "inactive")])

    def test_each_key_is_old_or_new_and_the_trail_holds(self):
        self.succeed("init")
        self.point_at(self.emulator.url)
        chance = random.Random(20261125)
        acknowledged, number = set(), 0
        for turn in range(ROUNDS):
            action = chance.choice(("add", "add", "rotate", "disable", "enable"))
            keys = self.home.keys()
            text = None
            if action == "add" or not keys:
                number += 1
                environment = f"e{number}"
                arguments = ("--env", environment, "configure", "--provider", "gemini", "--no-verify",
                             "--api-key-stdin")
                text = f"AIzaSy-of-{environment}"
            elif action == "rotate":
                arguments, environment = ("vault", "rotate"), None
            else:
                arguments, environment = ("key", action, chance.choice(keys)["id"]), None
            running = support.subprocess.Popen(
                self.home.command(*arguments), stdin=support.subprocess.PIPE, stdout=support.subprocess.DEVNULL,
                stderr=support.subprocess.DEVNULL, text=True, env=support.environment(), cwd=self.home.work)
            with contextlib.suppress(BrokenPipeError):
                running.stdin.write(text or "")
                running.stdin.close()
            with contextlib.suppress(support.subprocess.TimeoutExpired):
                running.wait(chance.uniform(0.01, 0.25))
            running.kill()
            if running.wait() == 0 and environment:
                acknowledged.add(environment)
            if turn % 20 == 19:
                self.check(acknowledged)
        self.succeed("vault", "rotate")
        self.check(acknowledged)
        self.assertEqual(len(set(version for (version,) in self.home.sql(
            "SELECT z.key_version FROM patchbay_key_seals z JOIN api_keys k ON k.id = z.key_id"))), 1)


class TogetherTest(support.Case):
    def test_eight_processes_lose_nothing_and_show_no_lock(self):
        self.configure()
        said, failed = [], []

        def work(number):
            for turn in range(3):
                environment = f"p{number}-{turn}"
                for arguments, text in (
                        (("--env", environment, "configure", "--provider", "gemini", "--api-key-stdin"), self.emulator.key),
                        (("--env", environment, "generate", "a cat", "--out", f"{environment}.img"), None),
                        (("key", "list"), None), (("vault", "rotate"), None)):
                    done = self.home.run(*arguments, text=text)
                    said.append(done.stderr)
                    if done.returncode != 0:
                        failed.append((arguments, done.returncode, done.stderr))

        self.home.time_max = 4 * support.TIME_MAX
        threads = [threading.Thread(target=work, args=(number,)) for number in range(PROCESSES)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failed, [])
        self.assertNotIn("locked", "".join(said))
        self.assertEqual(len(self.home.keys()), 1 + 3 * PROCESSES)
        self.assertEqual({key["state"] for key in self.home.keys()} - {"used", "active"}, set())
        self.succeed("audit", "verify")


if __name__ == "__main__":
    support.main()
