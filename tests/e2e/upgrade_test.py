#!/usr/bin/env python3
"""A home that an earlier version made keeps every key."""

import contextlib
import os
import sqlite3

import support

fernet = support.require("cryptography.fernet")

# Of a home that exists nowhere but here.
TOML = """[project]
owner_public_key = "3S5FHGikgZTTwdcKiLSuXmgfxWSyQRnPdieNZ2AgCw8="
generation = 1
id = "f9b9b58a-5878-4e27-9bac-030d8a4050f6"
"""
OWNER = "patchbay-owner-key-1 f9b9b58a-5878-4e27-9bac-030d8a4050f6 mKFW9cd5rOSJBQY-HQb5CHrazy7QAlSlyzFgKFH-_wE=\n"
SERVICE = "patchbay-service-key-1 f9b9b58a-5878-4e27-9bac-030d8a4050f6 h5O2HbZh3zJlYm30RsylOfYjkSqC3nKiC9s-Wq5-uCg=\n"
KEYS = {("default", ""): "AIzaSy-first-version-default", ("prod", ""): "AIzaSy-first-version-prod",
        ("default", "ann"): "AIzaSy-first-version-ann", ("lab", ""): "AIzaSy-first-version-lab"}


class UpgradeTest(support.Case):
    emulated = False

    def setUp(self):
        super().setUp()
        self.home.path.mkdir(mode=0o700)
        script = (support.SOURCE / "tests" / "e2e" / "homes" / "schema_4.sql").read_text(encoding="utf-8")
        with contextlib.closing(sqlite3.connect(self.home.database)) as connection:
            connection.executescript(script)
        for name, text in (("patchbay.toml", TOML), ("owner.key", OWNER), ("service.key", SERVICE)):
            (self.home.path / name).write_text(text)
        for path in self.home.path.iterdir():
            os.chmod(path, 0o600)

    def key_of(self, environment, user):
        return next(key for key in self.home.keys() if (key["environment"], key["user"]) == (environment, user))

    def test_keeps_every_key_with_its_state(self):
        before = self.home.sql("SELECT id, key_value, is_active FROM api_keys ORDER BY id")
        states = {(key["environment"], key["user"]): key["state"] for key in self.home.keys()}
        self.assertEqual(states, {("default", ""): "active", ("prod", ""): "active", ("default", "ann"): "active",
                                  ("lab", ""): "inactive"})
        self.assertEqual(self.home.sql("SELECT id, key_value, is_active FROM api_keys ORDER BY id"), before)
        text = self.succeed("vault", "export-fernet-key").stdout.strip()
        tokens = self.home.sql("SELECT k.environment, s.user, k.key_value FROM api_keys k "
                               "JOIN patchbay_key_settings s ON s.key_id = k.id")
        for environment, user, token in tokens:
            self.assertEqual(fernet.Fernet(text).decrypt(token).decode(), KEYS[environment, user])
        self.assertEqual(self.home.sql("SELECT count(*) FROM patchbay_keyslots"), [(1,)])

    def test_its_keys_are_used_switched_on_and_joined_by_new_ones(self):
        answers = support.RecordedAnswers(b'{"candidates": [{"content": {"parts": [{"text": "hello"}]}, '
                                          b'"finishReason": "STOP"}]}')
        self.addCleanup(answers.stop)
        self.point_at(answers.url)
        for (environment, user), key in KEYS.items():
            if environment == "lab":
                continue
            self.succeed("--env", environment, *(("--user", user) if user else ()), "chat", "hello")
            self.assertEqual(answers.requests[-1][2]["x-goog-api-key"], key)
        # Its provider was moved while it was switched off, so its owner looks where it would go.
        self.succeed("key", "approve", self.key_of("lab", "")["id"], "--yes")
        self.succeed("--env", "lab", "chat", "hello")
        self.assertEqual(answers.requests[-1][2]["x-goog-api-key"], KEYS["lab", ""])
        # No recovery code is demanded of those who have lived without one.
        done = self.home.run("--env", "new", "configure", "--provider", "gemini", "--no-verify", "--api-key-stdin",
                             text="AIzaSy-second-version", PATCHBAY_RECOVERY="required")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.succeed("vault", "slot", "add", "recovery", "--out", self.home.work / "code.txt")
        (self.home.path / "service.key").unlink()
        self.succeed("vault", "recover", "--recovery-file", self.home.work / "code.txt")
        self.succeed("--env", "new", "chat", "hello")
        self.assertEqual(answers.requests[-1][2]["x-goog-api-key"], "AIzaSy-second-version")


if __name__ == "__main__":
    support.main()
