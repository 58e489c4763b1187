#!/usr/bin/env python3
"""The audit trail: every change is in it or did not happen, and nothing of it can be changed or cut off unseen."""

import support


class AuditTest(support.Case):
    def setUp(self):
        super().setUp()
        self.configure()
        self.file = self.home.path / "audit.log"

    def events(self):
        return self.home.json("audit", "list", "--last", "1000")["events"]

    def actions(self):
        return [event["action"] for event in self.events()]

    def test_tells_what_was_done_by_whom_and_to_what(self):
        key = self.home.keys()[0]["id"]
        self.succeed("key", "disable", key)
        self.succeed("key", "enable", key)
        self.succeed("provider", "disable", "gemini")
        self.succeed("vault", "export-fernet-key")
        self.succeed("vault", "slot", "add", "key-file", "--out", self.home.work / "x.key")
        self.succeed("key", "remove", key, "--yes")
        self.assertEqual(self.actions()[-7:], ["key.add", "key.disable", "key.enable", "provider.change", "vault.export",
                                               "slot.add", "key.remove"])
        added = next(event for event in self.events() if event["action"] == "key.add")
        self.assertEqual((added["actor"], added["object"], added["outcome"], added["signed"]), ("owner", key, "ok", True))
        self.assertIn(f"sent to http://127.0.0.1:{self.emulator.port}", added["detail"])
        self.assertIn("key.remove", self.succeed("audit", "list").stdout)
        self.assertIn("rows", self.succeed("audit", "verify").stdout)

    def test_what_the_service_does_is_the_services(self):
        self.succeed("configure", "--provider", "gemini", "--force", "--no-verify", "--api-key-stdin",
                     text=self.emulator.bad_key)
        (self.home.path / "owner.key").rename(self.home.work / "owner.key")
        self.fail_with(4, "generate", "a cat", "--out", "a.img")
        last = self.events()[-1]
        self.assertEqual((last["action"], last["actor"], last["signed"]), ("key.disable", "service", False))
        self.assertIn("API_KEY_INVALID", last["detail"])
        self.succeed("audit", "verify")

    def test_a_wrong_password_is_noted(self):
        self.succeed("vault", "slot", "add", "password", "--new-password-stdin", text="correct horse battery")
        self.fail_with(4, "--owner-password-stdin", "key", "disable", self.home.keys()[0]["id"],
                       text="wrong horse battery")
        last = self.events()[-1]
        self.assertEqual((last["action"], last["outcome"]), ("owner.unlock", "refused"))
        self.assertNotIn("horse", str(self.events()))

    def test_a_changed_row_is_named(self):
        self.home.sql("UPDATE patchbay_audit SET actor = 'nobody' WHERE sequence = 2")
        self.assertIn("row 2 was changed", self.fail_with(8, "audit", "verify").stderr)
        self.assertEqual(len(self.actions()), len(self.events()), "the list stays whole")

    def test_what_is_cut_off_is_seen_by_the_file_outside_the_database(self):
        self.succeed("key", "disable", self.home.keys()[0]["id"])
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)
        count = len(self.events())
        self.assertEqual(len(self.file.read_text().splitlines()), count)
        self.home.sql("DELETE FROM patchbay_audit WHERE sequence = ?", count)
        done = self.fail_with(8, "audit", "verify")
        self.assertIn(f"row {count} is missing", done.stderr)
        # Nor does going on hide it.
        self.succeed("key", "enable", self.home.keys()[0]["id"])
        self.assertIn(f"row {count} ", self.fail_with(8, "audit", "verify").stderr)

    def test_holds_no_secret(self):
        self.succeed("vault", "export-fernet-key")
        text = str(self.home.sql("SELECT * FROM patchbay_audit")) + self.file.read_text()
        self.assertNotIn(self.emulator.key, text)


if __name__ == "__main__":
    support.main()
