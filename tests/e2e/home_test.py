#!/usr/bin/env python3
"""What happens to a home over time: endpoints change, files get lost, several processes write at once."""

import subprocess

import support


class EndpointTest(support.Case):
    def test_plain_http_is_allowed_for_one_endpoint_alone(self):
        self.configure()
        done = self.fail_with(2, "provider", "set", "gemini", "--endpoint", "http://example.com/v1")
        self.assertIn("--allow-private", done.stderr)
        self.assertEqual(self.home.keys()[0]["state"], "active")


class LostDatabaseTest(support.Case):
    def test_a_lost_database_is_not_taken_for_a_new_one(self):
        self.configure()
        database = self.home.path / "patchbay.db"
        for left in (None, b""):
            for file in self.home.path.glob("patchbay.db*"):
                file.unlink()
            if left is not None:
                database.write_bytes(left)
            for command in (("generate", "x"), ("db", "check"), ("key", "list")):
                self.assertIn("though this home has a vault", self.fail_with(8, *command).stderr)
            self.assertEqual(database.exists(), left is not None)


class AtOnceTest(support.Case):
    def test_of_several_at_once_one_is_configured(self):
        self.succeed("init")
        self.succeed("provider", "set", "gemini", "--endpoint", self.emulator.url, "--allow-private")
        running = [subprocess.Popen(
            self.home.command("configure", "--provider", "gemini", "--non-interactive", "--api-key-stdin"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=support.environment())
            for _ in range(4)]
        for process in running:
            process.communicate(self.emulator.key.encode())
        self.assertEqual(sorted(process.returncode for process in running), [0, 2, 2, 2])
        self.assertEqual(len(self.home.keys()), 1)


if __name__ == "__main__":
    support.main()
