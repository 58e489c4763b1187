#!/usr/bin/env python3
"""Logins: refresh tokens that are renewed, and a browser that fetches a key."""

import json
import re
import subprocess
import time
import urllib.parse
import urllib.request

import support

URL = re.compile(r"https?://\S+")


class OauthTest(support.Case):
    emulator_options = ("--token-life", "2")

    def setUp(self):
        super().setUp()
        self.succeed("init")
        # One for each test: a refresh token is good once.
        self.emulator = support.Emulator(*self.emulator_options)
        self.addCleanup(self.emulator.stop)
        self.access = self.emulator.providers["gemini"]
        self.succeed("provider", "set", "gemini", "--endpoint", self.access["base_url"], "--allow-private", "--auth-type",
                     "oauth", "--setting", f"oauth_token_url={self.access['token_url']}")

    @classmethod
    def setUpClass(cls):
        pass

    def configure(self, credential, *options):
        return self.succeed("configure", "--provider", "gemini", "--api-key-stdin", *options, text=credential)

    def renewals(self):
        return self.emulator.log().count("POST /oauth/token 200")

    def test_is_renewed_when_it_is_time_and_kept_between_runs(self):
        said = self.configure(self.access["refresh_token"])
        self.assertIn(self.access["token_url"], said.stderr)
        self.assertEqual(self.renewals(), 1)
        self.succeed("generate", "a cat", "--out", "one.img")
        self.succeed("generate", "a cat", "--out", "two.img")
        self.assertLessEqual(self.renewals(), 3, "an access token is used while it is good")
        before = self.renewals()
        time.sleep(2)
        self.succeed("generate", "a cat", "--out", "three.img")
        self.assertEqual(self.renewals(), before + 1, "its life was over")
        [key] = self.home.keys()
        self.assertEqual(key["state"], "used")
        for path, content in self.home.files().items():
            self.assertNotIn(b"patchbay-emulator-refresh", content, path)
            self.assertNotIn(b"patchbay-emulator-access", content, path)

    def test_programs_that_start_together_renew_it_once(self):
        self.configure(self.access["refresh_token"])
        time.sleep(2)
        before = self.renewals()
        running = [self.home.start("chat", "what is a banana?") for _ in range(4)]
        for process in running:
            out, words = process.communicate(timeout=support.TIME_MAX)
            self.assertEqual(process.returncode, 0, words)
            self.assertTrue(out.strip())
        self.assertLess(self.renewals() - before, 4)
        self.succeed("generate", "a cat", "--out", "one.img")

    def test_takes_the_object_that_other_programs_keep(self):
        document = {"type": "authorized_user", "client_id": "me.apps.example", "client_secret": "not-so-secret",
                    "refresh_token": self.access["refresh_token"]}
        self.configure(json.dumps(document, indent=2) + "\n")
        self.succeed("generate", "a cat", "--out", "one.img")

    def test_a_login_that_has_ended_switches_the_key_off(self):
        done = self.fail_with(4, "configure", "--provider", "gemini", "--api-key-stdin", text=self.access["ended_refresh_token"])
        self.assertIn("the login has ended: invalid_grant", done.stderr)
        self.assertIn("not stored", done.stderr)
        self.configure(self.access["ended_refresh_token"], "--no-verify")
        done = self.fail_with(4, "generate", "a cat", "--out", "one.img")
        self.assertIn("log in again", done.stderr)
        [key] = self.home.keys()
        self.assertEqual(key["state"], "inactive")
        self.configure(self.access["refresh_token"])
        self.succeed("generate", "a cat", "--out", "one.img")

    def test_goes_nowhere_else_than_its_owner_signed_for(self):
        self.configure(self.access["refresh_token"])
        elsewhere = self.access["token_url"].replace("/oauth/token", "/elsewhere")
        self.home.sql("UPDATE patchbay_provider_settings SET value = ? WHERE key = 'oauth_token_url'", elsewhere)
        before = self.emulator.request_count()
        self.fail_with(8, "generate", "a cat", "--out", "one.img")
        self.assertEqual(self.emulator.request_count(), before, "nothing was sent")


class BrowserTest(support.Case):
    def setUp(self):
        super().setUp()
        self.succeed("init")
        self.access = self.emulator.providers["openrouter"]
        self.succeed("provider", "set", "openrouter", "--endpoint", self.access["base_url"], "--allow-private", "--setting",
                     f"login_page={self.access['login_url']}")

    def begin(self, *options, stdin=subprocess.DEVNULL):
        """The login as a child, and the address that it shows."""
        process = subprocess.Popen(self.home.command("provider", "login", "openrouter", *options), stdin=stdin,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.home.work,
                                   env=support.environment(), start_new_session=True)
        for line in process.stderr:
            if "http" in line and "/auth?" in line:
                return process, URL.search(line)[0]
        raise AssertionError(process.wait(support.TIME_MAX))

    def end(self, process, text=None):
        out, words = process.communicate(text, timeout=support.TIME_MAX)
        self.assertEqual(process.returncode, 0, words)
        self.assertIn("configured successfully", out)

    def test_a_browser_that_comes_back_brings_a_key(self):
        process, address = self.begin()
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)
        self.assertTrue(asked["callback_url"][0].startswith("http://127.0.0.1:"))
        self.assertEqual(asked["code_challenge_method"], ["S256"])
        stranger = asked["callback_url"][0].split("?")[0] + "?state=another&code=stolen"
        with self.assertRaises(urllib.error.HTTPError):
            urllib.request.urlopen(stranger, timeout=support.TIME_MAX)
        with urllib.request.urlopen(address, timeout=support.TIME_MAX) as page:
            self.assertIn("You may close this page", page.read().decode())
        self.end(process)
        self.succeed("generate", "a cat", "--provider", "openrouter", "--out", "cat.img")
        done = self.fail_with(2, "provider", "login", "openrouter")
        self.assertIn("already configured", done.stderr)

    def test_a_code_can_be_given_by_hand(self):
        process, address = self.begin("--paste", stdin=subprocess.PIPE)
        self.assertNotIn("callback_url", address)
        with urllib.request.urlopen(address, timeout=support.TIME_MAX) as page:
            code = re.search("<code>(.*)</code>", page.read().decode())[1]
        self.end(process, code)
        self.succeed("generate", "a cat", "--provider", "openrouter", "--out", "cat.img")

    def test_a_wrong_code_stores_nothing(self):
        process, _ = self.begin("--paste", stdin=subprocess.PIPE)
        _, words = process.communicate("auth_code_made_up", timeout=support.TIME_MAX)
        self.assertEqual(process.returncode, 4, words)
        self.assertIn("Invalid code or code_verifier", words)
        self.assertEqual(self.home.keys(), [])

    def test_a_provider_without_such_a_page_says_so(self):
        done = self.fail_with(2, "provider", "login", "requesty")
        self.assertIn("has no login for programs", done.stderr)


if __name__ == "__main__":
    support.main()
