#!/usr/bin/env python3
"""What was used and what it cost: rows, sums, `status`, and the keys it was used with."""

import contextlib
import json
import sqlite3

import support


class UsageTest(support.Case):
    def rows(self, *arguments):
        return self.home.json("status", *arguments)["usage"]["rows"]

    def test_an_image_is_priced_and_shown_by_every_aspect(self):
        self.configure()
        done = self.succeed("generate", "a cat", "--out", "a.img")
        self.assertRegex(done.stdout, r"about \$0\.\d+ \(prices of \d{4}-\d\d-\d\d\)")
        document = self.home.json("generate", "a cat", "--out", "b.img")
        self.assertGreater(document["usage"]["cost_usd"], 0.01)
        [attempt] = [it for it in self.home.json("status")["attempts"] if it["id"] == document["attempt_id"]]
        self.assertEqual(attempt["images"], 1)
        self.assertEqual(attempt["cost_usd"], document["usage"]["cost_usd"])
        for aspect in ("provider", "key", "model", "environment", "user"):
            [row] = self.rows("--by", aspect, "--since", "7d")
            self.assertEqual((row["attempts"], row["succeeded"], row["success_rate"], row["images"]), (2, 2, 1.0, 2))
            self.assertGreater(row["cost_usd"], 0.02)
            self.assertGreaterEqual(row["p95_ms"], row["p50_ms"])
        self.assertEqual(self.rows("--by", "key")[0]["key"], self.home.keys()[0]["id"])
        shown = self.succeed("status", "--by", "model")
        self.assertIn("100.0%", shown.stdout)
        self.assertIn("$0.", shown.stdout)

    def test_failures_are_counted_and_cost_nothing_where_nothing_was_charged(self):
        self.configure()
        self.fail_with(5, "generate", "emulate:prompt_blocked", "--out", "a.img")
        [row] = self.rows()
        self.assertEqual((row["attempts"], row["succeeded"], row["success_rate"]), (1, 0, 0.0))
        self.assertIsNone(row["p50_ms"])

    def test_a_newer_price_list_in_the_home_is_used(self):
        self.configure()
        model = self.home.json("generate", "a cat", "--out", "a.img")["model"]
        (self.home.path / "prices.json").write_text(
            '{"as_of": "2030-01-01", "prices": [{"adapter": "dev.patchbay.gemini", "model": "%s", "output": 1000,'
            ' "image_output": 1000}]}' % model)
        document = self.home.json("generate", "a cat", "--out", "b.img")
        self.assertEqual(document["usage"]["cost_source"], "prices of 2030-01-01")
        self.assertAlmostEqual(document["usage"]["cost_usd"], document["usage"]["output_tokens"] / 1000)
        (self.home.path / "prices.json").write_text("{")
        done = self.succeed("generate", "a cat", "--out", "c.img")
        self.assertIn("prices.json is not used", done.stderr)
        self.assertIn("about $", done.stdout)

    def test_the_answer_does_not_wait_for_who_holds_the_database_and_the_row_does(self):
        self.configure()
        self.succeed("generate", "a cat", "--out", "a.img")
        before = self.home.sql("SELECT count(*) FROM patchbay_attempts")[0][0]
        with contextlib.closing(sqlite3.connect(self.home.database, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            child = self.home.start("--json", "generate", "a cat", "--out", "b.img")
            # Whoever waited for the database would give up first, and lose the row.
            answer = ""
            while not answer.endswith("\n}\n"):
                line = child.stdout.readline()
                self.assertTrue(line, "it ended without an answer")
                answer += line
            self.assertTrue((self.home.work / "b.img").exists())
            self.assertIsNone(child.poll(), "it ends when the row is written")
            holder.execute("ROLLBACK")
            _, words = child.communicate(timeout=support.TIME_MAX)
        self.assertEqual((child.returncode, words), (0, ""))
        found = self.home.sql("SELECT id FROM patchbay_attempts ORDER BY started_unix_ms DESC, rowid DESC")
        self.assertEqual(found[0][0], json.loads(answer)["attempt_id"])
        self.assertEqual(len(found), before + 1)

    def test_old_attempts_go_and_their_sums_stay(self):
        self.configure()
        self.succeed("generate", "a cat", "--out", "a.img")
        self.home.sql("UPDATE patchbay_attempts SET started_unix_ms = started_unix_ms - 40 * 86400000")
        with open(self.home.path / "patchbay.toml", "a", encoding="utf-8") as file:
            file.write("\n[limits]\nattempts_kept_days = 30\n")
        self.succeed("generate", "a cat", "--out", "b.img")
        image_rows = "SELECT count(*) FROM patchbay_attempts WHERE operation = 'image'"
        self.assertEqual(self.home.sql(image_rows), [(1,)])
        self.assertEqual(self.rows()[0]["attempts"], 2)

    def test_refuses_an_aspect_and_a_time_that_it_does_not_know(self):
        self.configure()
        self.assertIn("one of provider, key, model", self.fail_with(2, "status", "--by", "moon").stderr)
        self.assertIn("24h", self.fail_with(2, "status", "--since", "yesterday").stderr)


class KeyChangeTest(support.Case):
    def key_id(self):
        [key] = self.home.keys()
        return key["id"]

    def test_a_key_gets_a_label_a_priority_and_a_user(self):
        self.configure()
        self.succeed("key", "set", self.key_id(), "--label", "spare", "--priority", "-3")
        self.succeed("--user", "ann", "key", "set", self.key_id())
        [key] = self.home.keys()
        self.assertEqual((key["label"], key["priority"], key["user"], key["state"]), ("spare", -3, "ann", "active"))
        self.fail_with(3, "generate", "a cat", "--out", "a.img")
        self.fail_with(3, "--user", "bob", "generate", "a cat", "--out", "a.img")
        self.succeed("--user", "ann", "generate", "a cat", "--out", "a.img")
        self.succeed("--user", "", "key", "set", self.key_id())
        self.succeed("generate", "a cat", "--out", "b.img")
        self.fail_with(2, "key", "set", self.key_id())
        (self.home.path / "owner.key").rename(self.home.work / "owner.key")
        self.fail_with(4, "key", "set", self.key_id(), "--label", "x")

    def test_a_users_keys_come_first_and_serve_nobody_else(self):
        self.configure()
        self.succeed("--user", "ann", "key", "add", "--provider", "gemini", "--label", "anns", "--api-key-stdin",
                     text=self.emulator.key)
        labels = {key["id"]: key["label"] for key in self.home.keys()}
        for user, label in (("ann", "anns"), ("bob", ""), ("", "")):
            attempt = self.home.json("--user", user, "generate", "a cat", "--out", f"{user}.img")["attempt_id"]
            [(key_id,)] = self.home.sql("SELECT key_id FROM patchbay_attempts WHERE id = ?", attempt)
            self.assertEqual(labels[key_id], label, user)

    def test_the_key_that_was_not_used_for_longest_is_used_next(self):
        self.configure()
        self.succeed("key", "add", "--provider", "gemini", "--api-key-stdin", text=self.emulator.key)
        first, second = (key["id"] for key in self.home.keys())
        # As another program writes it: an hour later, though its text sorts before.
        self.home.sql("UPDATE api_keys SET last_used_at = '2026-11-01 12:30:00' WHERE id = ?", first)
        self.home.sql("UPDATE api_keys SET last_used_at = '2026-11-01T10:00:00.5-03:30' WHERE id = ?", second)
        used = self.home.json("generate", "a cat", "--out", "a.img")["attempt_id"]
        self.assertEqual(self.home.sql("SELECT key_id FROM patchbay_attempts WHERE id = ?", used), [(first,)])
        used = self.home.json("generate", "a cat", "--out", "b.img")["attempt_id"]
        self.assertEqual(self.home.sql("SELECT key_id FROM patchbay_attempts WHERE id = ?", used), [(second,)])

    def test_rotating_puts_a_new_key_in_the_place_of_the_old(self):
        self.configure()
        self.succeed("key", "set", self.key_id(), "--label", "main", "--priority", "4")
        old = self.key_id()
        self.fail_with(4, "key", "rotate", old, "--api-key-stdin", text=self.emulator.bad_key)
        self.assertEqual(self.home.keys()[0]["state"], "active", "a key that is refused replaces nothing")
        self.succeed("key", "rotate", old, "--api-key-stdin", text=self.emulator.key)
        keys = {key["id"]: key for key in self.home.keys()}
        self.assertEqual((keys[old]["state"], keys.pop(old)["reason"]), ("inactive", "replaced by a newer key"))
        [new] = keys.values()
        self.assertEqual((new["label"], new["priority"], new["state"]), ("main", 4, "active"))
        self.succeed("generate", "a cat", "--out", "a.img")


if __name__ == "__main__":
    support.main()
