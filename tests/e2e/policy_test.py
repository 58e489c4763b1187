#!/usr/bin/env python3
"""What follows from failures: cool-downs, pauses, other keys, and keys that stay active through a storm."""

import json

import support


class CoolDownTest(support.Case):
    emulated = False

    def emulate(self, *options):
        emulator = support.Emulator(*options)
        self.addCleanup(emulator.stop)
        return emulator

    def attempt_count(self):
        return self.home.sql("SELECT count(*) FROM patchbay_attempts")[0][0]

    def test_a_key_whose_quota_is_used_up_is_left_alone_and_says_until_when(self):
        emulator = self.emulate("--fault", "quota_day:x2")
        self.configure(emulator.url, emulator.key, "--no-verify")
        self.fail_with(6, "generate", "a cat", "--out", "a.img")
        before = self.attempt_count()
        done = self.home.run("--json", "generate", "a cat", "--out", "a.img")
        self.assertEqual(done.returncode, 6)
        error = json.loads(done.stderr)["error"]
        self.assertEqual((error["code"], error["retryable"]), ("quota", True))
        self.assertGreater(error["retry_after_seconds"], 3000)
        self.assertRegex(error["message"], r"cools down for model \S+ until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC")
        self.assertEqual(self.attempt_count(), before, "nothing was sent")
        [key] = self.home.keys()
        self.assertTrue(key["is_active"])
        self.assertEqual(key["cool_downs"][0]["reason"], "quota")
        self.assertIn("(quota, ", self.succeed("key", "list").stdout)
        [provider] = [row for row in self.home.json("status")["providers"] if row["provider"] == "gemini"]
        [cool_down] = provider["cool_downs"]
        self.assertEqual((cool_down["key"], cool_down["reason"]), (key["id"], "quota"))
        self.assertIn(f"of these 1 cooling down, the first until {cool_down['until']}", self.succeed("status").stdout)
        # It ends by itself.
        self.home.sql("UPDATE patchbay_key_health SET cooldown_until = datetime('now', '-1 second')")
        self.fail_with(6, "generate", "a cat", "--out", "a.img")
        self.assertEqual(self.attempt_count(), before + 1, "the second and last of the faults")
        # A person ends it.
        self.succeed("key", "enable", key["id"])
        self.succeed("generate", "a cat", "--out", "a.img")
        self.assertEqual(self.home.keys()[0]["cool_downs"], [])

    def test_the_next_key_is_used_now_and_by_the_next_command(self):
        emulator = self.emulate("--fault", "quota_day:x1")
        self.configure(emulator.url, emulator.key, "--no-verify")
        self.succeed("key", "add", "--provider", "gemini", "--label", "spare", "--priority", "5", "--no-verify",
                     "--api-key-stdin", text=emulator.key)
        self.assertEqual(self.home.json("generate", "a cat", "--out", "a.img")["attempts"], 2)
        self.assertEqual(self.home.json("generate", "a cat", "--out", "b.img")["attempts"], 1)
        states = {key["label"]: (key["state"], len(key["cool_downs"])) for key in self.home.keys()}
        self.assertEqual(states, {"": ("active", 1), "spare": ("used", 0)})

    def test_a_short_one_is_waited_for(self):
        emulator = self.emulate("--fault", "rate:100:x3")
        self.configure(emulator.url, emulator.key, "--no-verify")
        self.fail_with(6, "generate", "a cat", "--out", "a.img")
        self.succeed("generate", "a cat", "--out", "a.img")
        self.assertEqual(self.home.keys()[0]["cool_downs"], [])

    def test_a_batch_waits_for_the_end_of_a_limit(self):
        emulator = self.emulate("--fault", "rate:6000:x1")
        self.configure(emulator.url, emulator.key, "--no-verify")
        (self.home.work / "jobs.json").write_text(
            json.dumps([{"prompt": f"cat {n}", "output": f"{n}.img"} for n in range(4)]))
        self.home.json("batch", "jobs.json", "--concurrency", "2")
        self.assertEqual(self.attempt_count(), 5)

    def test_what_may_have_been_billed_is_tried_again_only_when_the_caller_says_so(self):
        emulator = self.emulate("--fault", "drop_mid:x2")
        self.configure(emulator.url, emulator.key, "--no-verify")
        self.fail_with(7, "generate", "a cat", "--out", "a.img")
        self.assertEqual(self.attempt_count(), 1)
        self.assertEqual(self.home.json("generate", "a cat", "--out", "a.img", "--retry-billed")["attempts"], 2)

    def test_a_streamed_answer_is_not_begun_again(self):
        emulator = self.emulate("--fault", "mid_stream_error:x1")
        self.configure(emulator.url, emulator.key, "--no-verify")
        done = self.home.run("chat", "hello", "--retry-billed")
        self.assertNotEqual(done.returncode, 0)
        self.assertNotEqual(done.stdout, "")
        self.assertEqual(self.attempt_count(), 1)


class PauseTest(support.Case):
    emulated = False

    def test_a_provider_that_only_fails_is_left_alone_until_it_is_back(self):
        emulator = support.Emulator("--fault", "overloaded")
        self.addCleanup(emulator.stop)
        self.configure(emulator.url, emulator.key, "--no-verify")
        for _ in range(2):
            self.fail_with(1, "generate", "a cat", "--out", "a.img")
        # As if it had gone on so for a while.
        self.home.sql("UPDATE patchbay_provider_health SET pauses = 5, paused_until = datetime('now', '+50 seconds')")
        before = emulator.request_count()
        done = self.fail_with(1, "generate", "a cat", "--out", "a.img")
        self.assertIn("is left alone until", done.stderr)
        self.assertIn("patchbay models --provider gemini", done.stderr)
        self.assertEqual(emulator.request_count(), before)
        # Somebody sees that it is back, by a call that costs nothing.
        good = support.Emulator()
        self.addCleanup(good.stop)
        self.home.sql("UPDATE api_providers SET endpoint_url = ?", good.url)
        self.succeed("key", "approve", self.home.keys()[0]["id"], "--yes")
        self.succeed("models", "--provider", "gemini")
        self.succeed("generate", "a cat", "--out", "a.img")


class FailoverTest(support.Case):
    """Two providers that serve the same: the second one is asked where the caller named none."""

    emulated = False

    def emulate(self, *options):
        emulator = support.Emulator(*options)
        self.addCleanup(emulator.stop)
        return emulator

    def set_up(self, first, second):
        self.configure(first.url, first.key, "--no-verify")
        self.succeed("provider", "add", "mirror", "--adapter", "dev.patchbay.gemini", "--endpoint", second.url,
                     "--auth-type", "api_key", "--priority", "5", "--allow-private")
        self.succeed("key", "add", "--provider", "mirror", "--no-verify", "--api-key-stdin", text=second.key)

    def outcomes(self):
        return self.home.sql("SELECT provider, outcome FROM patchbay_attempts WHERE operation <> 'verify'"
                             " ORDER BY started_unix_ms, rowid")

    def test_the_next_provider_is_asked_where_the_caller_named_none(self):
        first, second = self.emulate("--fault", "quota_day"), self.emulate()
        self.set_up(first, second)
        made = self.home.json("generate", "a cat", "--out", "a.img")
        self.assertEqual((made["provider"], made["attempts"]), ("mirror", 2))
        self.assertEqual(self.outcomes(), [("gemini", "quota"), ("mirror", "ok")])
        # The cool-down is known: it is asked first now.
        self.assertEqual(self.home.json("generate", "a cat", "--out", "b.img")["attempts"], 1)

    def test_a_named_provider_is_the_only_one_asked(self):
        first, second = self.emulate("--fault", "quota_day"), self.emulate()
        self.set_up(first, second)
        self.fail_with(6, "generate", "a cat", "--out", "a.img", "--provider", "gemini")
        self.assertEqual(second.request_count(), 0)
        with open(self.home.path / "patchbay.toml", "r+", encoding="utf-8") as file:
            text = file.read()
            file.seek(0)
            file.write('provider = "gemini"\n' + text)
        self.fail_with(6, "generate", "a cat", "--out", "a.img")
        self.assertEqual(second.request_count(), 0)

    def test_what_may_have_been_billed_goes_to_no_other_provider(self):
        first, second = self.emulate("--fault", "drop_mid"), self.emulate()
        self.set_up(first, second)
        self.fail_with(7, "generate", "a cat", "--out", "a.img")
        self.assertEqual(second.request_count(), 0)
        self.assertEqual(len(self.outcomes()), 1)

    def test_of_all_keys_of_one_provider_each_is_tried_before_the_next_provider(self):
        first, second = self.emulate("--fault", "quota_day"), self.emulate()
        self.set_up(first, second)
        self.succeed("key", "add", "--provider", "gemini", "--no-verify", "--api-key-stdin", text=first.key)
        self.assertEqual(self.home.json("generate", "a cat", "--out", "a.img")["provider"], "mirror")
        self.assertEqual([name for name, _ in self.outcomes()], ["gemini", "gemini", "mirror"])


class StormTest(support.Case):
    walls = [
        (401, b'{"error": "unauthorized"}', "application/json"),
        (401, b'{"message": "invalid api key", "status": "UNAUTHENTICATED"}', "application/json"),
        (403, b"<html><title>Please log in to the guest network</title></html>", "text/html"),
        (200, b"<html><title>Please log in to the guest network</title></html>", "text/html"),
        (400, b"", "text/plain"),
        (404, b"Not Found", "text/plain"),
        (429, b"slow down", "text/plain"),
    ]

    def test_a_storm_of_refusals_from_elsewhere_deactivates_nothing(self):
        self.configure()
        for status, body, kind in self.walls:
            wall = support.RecordedAnswers(body, status, kind, on_get=body)
            self.addCleanup(wall.stop)
            self.point_at(wall.url)
            for _ in range(3):
                with self.subTest(f"{status} {body[:20]}"):
                    done = self.home.run("generate", "a cat", "--out", "a.img", "--timeout", "20s")
                    self.assertNotEqual(done.returncode, 0)
            self.assertTrue(wall.requests)
        [key] = self.home.keys()
        self.assertEqual((key["state"], key["cool_downs"]), ("active", []))
        self.point_at(self.emulator.url)
        self.succeed("generate", "a cat", "--out", "a.img")

    def test_a_key_that_worked_is_not_given_up_for_what_another_endpoint_says(self):
        self.configure()  # it was accepted then
        # It speaks the provider's language, and knows none of its keys.
        stranger = support.Emulator("--fault", "invalid_key")
        self.addCleanup(stranger.stop)
        self.point_at(stranger.url)
        for _ in range(3):
            done = self.fail_with(4, "generate", "a cat", "--out", "b.img")
            self.assertIn(f"the key stays active: it worked at {self.emulator.url}", done.stderr)
        self.assertEqual(self.home.keys()[0]["state"], "active")
        self.point_at(self.emulator.url)
        self.succeed("generate", "a cat", "--out", "b.img")

    def test_the_last_key_is_not_lost_without_a_word(self):
        self.configure(None, self.emulator.bad_key, "--no-verify")
        self.succeed("key", "add", "--provider", "gemini", "--no-verify", "--api-key-stdin", "--priority", "1",
                     text=self.emulator.bad_key)
        done = self.fail_with(4, "generate", "a cat", "--out", "a.img")
        self.assertEqual(done.stderr.count("that was the last active key of provider 'gemini' for environment "
                                           "'default'"), 1)
        self.assertIn("configure --provider gemini", done.stderr)
        self.assertEqual([key["state"] for key in self.home.keys()], ["inactive", "inactive"])


if __name__ == "__main__":
    support.main()
