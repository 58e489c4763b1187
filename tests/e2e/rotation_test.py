#!/usr/bin/env python3
"""`vault rotate`: the same keys under another version, and nothing left of the old tokens."""

import contextlib
import sqlite3

import support

fernet = support.require("cryptography.fernet")


class RotationTest(support.Case):
    def setUp(self):
        super().setUp()
        self.configure()

    def tokens(self):
        return dict(self.home.sql("SELECT id, key_value FROM api_keys"))

    def versions(self):
        return dict(self.home.sql("SELECT key_id, key_version FROM patchbay_key_seals"))

    def test_keeps_every_key_and_every_state(self):
        self.succeed("--env", "prod", "configure", "--provider", "gemini", "--api-key-stdin", text=self.emulator.key)
        self.succeed("--env", "lab", "configure", "--provider", "gemini", "--no-verify", "--api-key-stdin",
                     text="AIzaSy-switched-off")
        lab = next(key["id"] for key in self.home.keys() if key["environment"] == "lab")
        self.succeed("key", "disable", lab)
        before, states = self.tokens(), {key["id"]: key["state"] for key in self.home.keys()}
        document = self.home.json("vault", "rotate")
        self.assertEqual((document["version"], document["moved"], document["left"]), (2, 3, 0))
        self.assertTrue(document["scrubbed"])
        self.assertEqual({key["id"]: key["state"] for key in self.home.keys()}, states)
        self.assertFalse(set(before.values()) & set(self.tokens().values()))
        self.assertEqual(set(self.versions().values()), {2})
        for environment in ("default", "prod"):
            self.succeed("--env", environment, "generate", "a cat", "--out", f"{environment}.img")
        self.succeed("key", "enable", lab)
        key = self.succeed("vault", "export-fernet-key").stdout.strip()
        for token in self.tokens().values():
            fernet.Fernet(key).decrypt(token)
        old = self.succeed("vault", "export-fernet-key", "--version-number", "1").stdout.strip()
        with self.assertRaises(fernet.InvalidToken):
            fernet.Fernet(old).decrypt(self.tokens()[lab])
        self.assertEqual(self.home.json("vault", "rotate")["version"], 3)
        self.succeed("audit", "verify")

    def test_leaves_no_old_token_in_any_file(self):
        for number in range(30):
            self.succeed("--env", f"e{number}", "configure", "--provider", "gemini", "--no-verify", "--api-key-stdin",
                         text=f"AIzaSy-number-{number}-" + "x" * 40)
        before = self.tokens()
        self.succeed("vault", "rotate")
        for path in self.home.path.glob("patchbay.db*"):
            data = path.read_bytes()
            for token in before.values():
                self.assertNotIn(token.encode(), data, path)
                self.assertNotIn(token.encode()[20:60], data, path)
        for token in self.tokens().values():
            self.assertTrue(any(token.encode() in path.read_bytes() for path in self.home.path.glob("patchbay.db*")))

    def test_says_when_a_reader_keeps_old_tokens_alive(self):
        with contextlib.closing(sqlite3.connect(self.home.database)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM api_keys").fetchall()
            done = self.succeed("vault", "rotate")
            self.assertIn("run this again", done.stderr)
        self.assertTrue(self.home.json("vault", "rotate")["scrubbed"])

    def test_signs_for_nothing_that_nobody_signed(self):
        [(provider, token)] = self.home.sql("SELECT provider_id, key_value FROM api_keys")
        self.home.sql("INSERT INTO api_keys (id, provider_id, key_value, environment) VALUES "
                      "('11111111-2222-4333-8444-555555555555', ?, ?, 'lab')", provider, token)
        self.succeed("--env", "prod", "configure", "--provider", "gemini", "--api-key-stdin", text=self.emulator.key)
        prod = next(key["id"] for key in self.home.keys() if key["environment"] == "prod")
        self.home.sql("UPDATE api_keys SET environment = 'qa' WHERE id = ?", prod)
        done = self.succeed("vault", "rotate")
        self.assertIn("1 keys stay", done.stderr)
        states = {key["environment"]: key["state"] for key in self.home.keys()}
        self.assertEqual(states, {"default": "active", "lab": "unsealed", "qa": "tampered"})

    def test_a_process_that_began_before_goes_on(self):
        jobs = self.home.work / "jobs.json"
        jobs.write_text('[{"prompt": "a", "out": "a.img"}, {"prompt": "b", "out": "b.img"}]')
        running = self.home.start("batch", jobs, "--concurrency", "1", "--rate-limit", "20/m")
        self.addCleanup(running.communicate)
        self.addCleanup(running.kill)
        while not (self.home.work / "a.img").exists():
            self.assertIsNone(running.poll(), "it ended before it was rotated")
        self.succeed("vault", "rotate")
        out, err = running.communicate(timeout=support.TIME_MAX)
        self.assertEqual(running.returncode, 0, out + err)
        self.assertTrue((self.home.work / "b.img").exists())

    def test_needs_the_owner(self):
        (self.home.path / "owner.key").unlink()
        self.fail_with(4, "vault", "rotate")


if __name__ == "__main__":
    support.main()
