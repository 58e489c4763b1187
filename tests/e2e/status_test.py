#!/usr/bin/env python3
"""`status`: what is told of each provider, its keys and the attempts that were made, and of one attempt."""

import support


class StatusTest(support.Case):
    def status(self, *arguments):
        return self.home.json("status", *arguments)

    def standing(self, name="gemini"):
        return next(row for row in self.status()["providers"] if row["provider"] == name)

    def test_a_provider_without_a_key_is_not_configured(self):
        self.succeed("init")
        self.assertEqual(self.standing(), {
            "provider": "gemini", "state": "not configured", "usable_keys": 0, "keys": {},
            "cooling_keys": 0, "cool_downs": [], "pause": None, "last_used": None, "last_error": None, "last_error_at": None})
        self.assertEqual(self.status()["attempts"], [])
        self.assertRegex(self.succeed("status").stdout, r"gemini +not configured +none +never +-")

    def test_keys_are_counted_by_state(self):
        self.configure()
        self.succeed("key", "add", "--provider", "gemini", "--label", "spare", "--api-key-stdin",
                     text=self.emulator.key)
        spare = next(key["id"] for key in self.home.keys() if key["label"] == "spare")
        self.succeed("key", "disable", spare)
        self.succeed("generate", "a cat", "--out", "a.img")
        standing = self.standing()
        self.assertEqual((standing["state"], standing["usable_keys"]), ("configured", 1))
        self.assertEqual(standing["keys"], {"inactive": 1, "used": 1})
        used = next(key for key in self.home.keys() if key["state"] == "used")
        self.assertEqual(standing["last_used"], used["last_used_at"])
        self.assertIn("1 inactive, 1 used", self.succeed("status").stdout)
        self.succeed("provider", "disable", "gemini")
        self.assertEqual(self.standing()["state"], "provider inactive")

    def test_an_attempt_has_latency_tokens_and_outcome(self):
        self.configure()
        image = self.home.json("generate", "a cat", "--out", "a.img")
        [made, checked] = self.status()["attempts"]
        self.assertEqual((made["operation"], made["outcome"]), ("image", "ok"))
        self.assertEqual((made["input_tokens"], made["output_tokens"]),
                         (image["usage"]["input_tokens"], image["usage"]["output_tokens"]))
        self.assertGreater(made["input_tokens"] + made["output_tokens"], 0)
        self.assertGreater(made["latency_ms"], 0)
        self.assertGreaterEqual(made["latency_ms"], made["latency_first_ms"])
        self.assertGreater(made["bytes_received"], (self.home.work / "a.img").stat().st_size)
        self.assertEqual((checked["operation"], checked["outcome"]), ("verify", "ok"))

    def test_the_last_error_stays_until_the_next_one(self):
        self.configure()
        self.fail_with(1, "generate", "a cat", "--model", "none-such")
        self.succeed("generate", "a cat", "--out", "a.img")
        standing = self.standing()
        self.assertTrue(standing["last_error"].startswith("model: "), standing)
        [made, failed, _] = self.status()["attempts"]
        self.assertEqual(standing["last_error_at"], failed["started_at"])
        self.assertEqual((made["outcome"], failed["outcome"], failed["http_status"]), ("ok", "model", 404))
        self.assertIn("none-such", failed["message"])
        self.assertEqual(failed["billed"], "no")

    def test_as_many_attempts_as_were_asked_for_newest_first(self):
        for number in range(3):
            self.succeed("placeholder", f"picture {number}", "--size", "8x8", "--out", f"{number}.png")
        attempts = self.status("--attempts", "2")["attempts"]
        self.assertEqual(len(attempts), 2)
        self.assertEqual([row["id"] for row in attempts],
                         [id for (id,) in self.home.sql(
                             "SELECT id FROM patchbay_attempts ORDER BY rowid DESC LIMIT 2")])
        self.assertEqual(self.status("--attempts", "0")["attempts"], [])
        for wrong in ("-1", "many", "10001", ""):
            self.assertIn("--attempts takes", self.fail_with(2, "status", f"--attempts={wrong}").stderr)

    def test_one_provider_alone(self):
        self.configure()
        self.succeed("placeholder", "x", "--size", "8x8", "--out", "p.png")
        document = self.status("--provider", "gemini")
        self.assertEqual([row["provider"] for row in document["providers"]], ["gemini"])
        self.assertEqual({row["provider"] for row in document["attempts"]}, {"gemini"})
        self.assertIn("Supported providers: gemini", self.fail_with(2, "status", "--provider", "none").stderr)


class OneAttemptTest(support.Case):
    def setUp(self):
        super().setUp()
        self.succeed("placeholder", "a secret prompt", "--size", "8x8", "--out", "p.png")
        [(self.id,)] = self.home.sql("SELECT id FROM patchbay_attempts")

    def test_is_shown_by_its_id_or_the_beginning_of_it(self):
        for name in (self.id, self.id[:8], self.id[:4]):
            document = self.home.json("status", "--attempt", name)
            self.assertEqual((document["id"], document["provider"]), (self.id, "placeholder"))
        text = self.succeed("status", "--attempt", self.id[:8]).stdout
        self.assertRegex(text, rf"(?m)^id +{self.id}$")
        self.assertRegex(text, r"(?m)^outcome +ok$")
        self.assertNotIn("secret prompt", text)

    def test_a_beginning_that_several_have_is_not_enough(self):
        self.home.sql("INSERT INTO patchbay_attempts (id, provider, operation, started_at, started_unix_ms, outcome) "
                      "VALUES (?, 'p', 'image', '2026-01-01 00:00:00', 1, 'ok')", self.id[:9] + "x")
        self.assertIn("several attempts", self.fail_with(2, "status", "--attempt", self.id[:9]).stderr)
        self.assertEqual(self.home.json("status", "--attempt", self.id)["id"], self.id)

    def test_what_names_none_is_said(self):
        for name in ("", "abc", self.id[:3]):
            self.assertIn("--attempt takes", self.fail_with(2, "status", f"--attempt={name}").stderr)
        for name in ("zzzz", "%%%%", self.id + "0", "'; DROP TABLE patchbay_attempts; --"):
            self.assertIn("there is no attempt", self.fail_with(2, "status", "--attempt", name).stderr)


if __name__ == "__main__":
    support.main()
