#!/usr/bin/env python3
"""Keys: refused, switched off, tampered with, exported; and where their characters are not."""

import base64
import contextlib
import json
import http.server
import pathlib
import socket

import support

fernet = support.require("cryptography.fernet")

# Programs of others read these tables: they stay to the letter.
SCHEMA = [
    """CREATE TABLE api_providers (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    endpoint_url TEXT NOT NULL,
    auth_type TEXT NOT NULL,
    model_name TEXT,
    is_active BOOLEAN DEFAULT 1,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME DEFAULT CURRENT_TIMESTAMP
)""",
    """CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    provider_id TEXT NOT NULL,
    key_value TEXT NOT NULL,
    environment TEXT DEFAULT 'default',
    is_active BOOLEAN DEFAULT 1,
    last_used_at DATETIME,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    FOREIGN KEY (provider_id) REFERENCES api_providers(id)
)""",
    "CREATE INDEX idx_api_providers_name ON api_providers(name)",
    "CREATE INDEX idx_api_keys_provider_id ON api_keys(provider_id)",
    "CREATE INDEX idx_api_keys_environment ON api_keys(environment)",
]


class RefusedKeyTest(support.Case):
    canary = "AIzaSy-canary-Qx7ZpW3vLk9TgB2nR5mD8sY1c"

    def refuse(self):
        self.configure(None, self.canary, "--no-verify")
        return self.home.run("generate", "a cat", "--out", "a.img")

    def test_is_switched_off_after_confirmation(self):
        before = self.emulator.request_count()
        done = self.refuse()
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("Error: API call failed - API key not valid", done.stderr)
        self.assertIn("configure --provider gemini", done.stderr)
        self.assertEqual(self.emulator.request_count(), before + 2, "the call, and its confirmation")
        [key] = self.home.keys()
        self.assertEqual(key["state"], "inactive")
        self.assertIn("API_KEY_INVALID", key["reason"])
        self.assertIn("API_KEY_INVALID", self.home.run("key", "list").stdout)
        self.assertFalse((self.home.work / "a.img").exists())
        self.assertIsNone(key["last_used_at"])

    def test_stays_active_when_the_check_does_not_confirm_it(self):
        emulator = support.Emulator("--fault", "invalid_key:x1")
        self.addCleanup(emulator.stop)
        self.configure(emulator.url, emulator.key, "--no-verify")
        done = self.fail_with(4, "generate", "a cat", "--out", "a.img")
        self.assertIn("the key stays active", done.stderr)
        self.assertTrue(self.home.keys()[0]["is_active"])
        self.succeed("generate", "a cat", "--out", "a.img")

    def test_is_not_tried_again(self):
        self.refuse()
        before = self.emulator.request_count()
        self.fail_with(3, "generate", "a cat", "--out", "a.img")
        self.fail_with(3, "key", "verify", self.home.keys()[0]["id"])
        self.assertEqual(self.emulator.request_count(), before)

    def test_leaves_its_characters_nowhere(self):
        done = self.refuse()
        said = done.stdout + done.stderr + self.home.run("key", "list").stdout + self.home.run("-v", "models").stderr
        needles = [self.canary, self.canary[7:], base64.b64encode(self.canary.encode()).decode()[:40]]
        for needle in needles:
            self.assertNotIn(needle, said)
            for path, data in self.home.files().items():
                self.assertNotIn(needle.encode(), data, path)

    def run_into_silence(self, *arguments):
        """The command, waiting for an answer that never comes."""
        emulator = support.Emulator("--fault", "stall_head")
        self.addCleanup(emulator.stop)
        self.point_at(emulator.url)
        running = self.home.start(*arguments)
        self.addCleanup(running.communicate)
        self.addCleanup(running.kill)
        while not emulator.log():
            self.assertIsNone(running.poll())
        return running

    def processes_of(self, running):
        """The process and its children, by what the system shows of each."""
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                if running.pid in (int(folder.name), parent):
                    yield (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()

    def test_shows_its_characters_to_nobody_who_lists_processes(self):
        self.configure(None, self.canary, "--no-verify")
        shown = list(self.processes_of(self.run_into_silence("generate", "a cat")))
        self.assertTrue(shown)
        for text in shown:
            self.assertIn(b"generate", text)
            self.assertNotIn(self.canary.encode(), text)

    def test_blanks_a_key_that_was_given_as_an_argument(self):
        self.configure()
        running = self.run_into_silence("configure", "--provider", "gemini", "--force", "--api-key", self.canary)
        shown = list(self.processes_of(running))
        self.assertTrue(shown)
        for text in shown:
            self.assertIn(b"--api-key", text)
            self.assertNotIn(self.canary.encode(), text)


class SeveralKeysTest(support.Case):
    def test_the_next_key_is_used_when_the_first_is_refused(self):
        self.configure(None, self.emulator.bad_key, "--no-verify")
        self.succeed("key", "add", "--provider", "gemini", "--label", "spare", "--priority", "5", "--api-key-stdin",
                     text=self.emulator.key)
        document = self.home.json("generate", "a cat", "--out", "a.img")
        self.assertEqual(document["attempts"], 2)
        self.assertEqual({key["label"]: key["state"] for key in self.home.keys()}, {"": "inactive", "spare": "used"})

    def test_a_key_that_was_tampered_with_stops_no_other(self):
        self.configure()
        self.succeed("key", "add", "--provider", "gemini", "--label", "spare", "--priority", "5", "--api-key-stdin",
                     text=self.emulator.key)
        self.home.sql("UPDATE api_keys SET key_value = 'gAAAAA-not-a-token' WHERE id = ?",
                      next(key["id"] for key in self.home.keys() if not key["label"]))
        self.succeed("generate", "a cat", "--out", "a.img")
        self.assertEqual({key["label"]: key["state"] for key in self.home.keys()}, {"": "tampered", "spare": "used"})


class Answers(support.LoopbackServer):
    """A plain HTTP server that gives every request the same answer."""

    def __init__(self, status, kind, body, **headers):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status)
                for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        super().__init__(Handler)


class VerifyTest(support.Case):
    def stays_as_it_is(self, url, *codes):
        """The key is neither switched off nor marked as used, whatever answers in the provider's place."""
        self.point_at(url)
        before = self.home.sql("SELECT * FROM api_keys")
        [key] = self.home.keys()
        done = self.home.run("key", "verify", key["fingerprint"])
        self.assertIn(done.returncode, codes, done.stderr)
        self.assertIn("Error: ", done.stderr)
        self.assertEqual(self.home.sql("SELECT * FROM api_keys"), before)
        self.assertEqual(self.home.keys(), [key])
        return done

    def answering(self, status, kind, body, **headers):
        answers = Answers(status, kind, body, **headers)
        self.addCleanup(answers.stop)
        return answers.url

    def test_nothing_that_the_network_does_changes_a_key(self):
        self.configure()
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        self.stays_as_it_is(f"http://127.0.0.1:{port}/v1beta", 7)
        page = b"<!doctype html><html><title>Log in to the hotel's network</title></html>"
        for status in (200, 400, 401, 403, 407, 511):
            with self.subTest(page=status):
                self.stays_as_it_is(self.answering(status, "text/html", page), 1, 3, 4, 7)
        with self.subTest("a redirection to a portal"):
            portal = self.answering(302, "text/html", b"", Location="http://127.0.0.1:9/login")
            self.stays_as_it_is(portal, 1, 7)
        for status in (500, 502, 503):
            with self.subTest(status):
                body = b'{"error": {"code": %d, "message": "down", "status": "INTERNAL"}}' % status
                self.stays_as_it_is(self.answering(status, "application/json", body), 1)
        with self.subTest("an answer that is cut off"):
            self.stays_as_it_is(self.answering(200, "application/json", b'{"models": [{"name": "mod'), 1, 7)
        self.point_at(self.emulator.url)
        self.succeed("key", "verify", self.home.keys()[0]["id"])

    def test_a_key_that_works_stays_and_one_that_is_refused_is_switched_off(self):
        self.configure()
        [key] = self.home.keys()
        document = self.home.json("key", "verify", key["fingerprint"])
        self.assertEqual((document["id"], document["verified"]), (key["id"], True))
        self.succeed("--env", "lab", "configure", "--provider", "gemini", "--api-key-stdin", "--no-verify",
                     text=self.emulator.bad_key)
        bad = next(row for row in self.home.keys() if row["environment"] == "lab")
        done = self.fail_with(4, "key", "verify", bad["fingerprint"])
        self.assertIn("configure --provider gemini", done.stderr)
        states = {row["environment"]: row["state"] for row in self.home.keys()}
        self.assertEqual(states["lab"], "inactive")
        self.assertIn(states["default"], ("active", "used"))


class SwitchedOffTest(support.Case):
    def quiet(self, code, *arguments):
        before = self.emulator.request_count()
        done = self.fail_with(code, *arguments)
        self.assertEqual(self.emulator.request_count(), before)
        return done

    def test_an_inactive_provider_makes_no_call(self):
        self.configure()
        key = self.home.keys()[0]["id"]
        self.succeed("provider", "disable", "gemini")
        for arguments in (("generate", "a cat"), ("chat", "hello"), ("models", "--provider", "gemini"),
                          ("key", "verify", key), ("configure", "--provider", "gemini", "--force", "--api-key", "x")):
            with self.subTest(arguments):
                self.quiet(3, *arguments)
        self.succeed("provider", "enable", "gemini")
        self.succeed("generate", "a cat", "--out", "a.img")

    def test_an_inactive_key_makes_no_call(self):
        self.configure()
        [key] = self.home.keys()
        self.succeed("key", "disable", key["fingerprint"])
        self.assertEqual(self.home.keys()[0]["reason"], "switched off by hand")
        for arguments in (("generate", "a cat"), ("key", "verify", key["id"])):
            self.quiet(3, *arguments)
        self.succeed("key", "enable", key["fingerprint"])
        self.succeed("key", "verify", key["fingerprint"])

    def test_a_call_moves_last_used_only_when_it_succeeds(self):
        self.configure()
        emulator = support.Emulator("--fault", "overloaded")
        self.addCleanup(emulator.stop)
        self.point_at(emulator.url)
        self.fail_with(1, "generate", "a cat", "--timeout", "2")
        self.assertIsNone(self.home.keys()[0]["last_used_at"])
        self.point_at(self.emulator.url)
        self.succeed("generate", "a cat", "--out", "a.img")
        self.assertRegex(self.home.keys()[0]["last_used_at"], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
        self.assertEqual(self.home.keys()[0]["state"], "used")

    def test_a_removed_key_is_gone(self):
        self.configure()
        self.fail_with(2, "key", "remove", self.home.keys()[0]["id"])
        self.succeed("key", "remove", self.home.keys()[0]["id"], "--yes")
        self.assertEqual(self.home.sql("SELECT count(*) FROM api_keys"), [(0,)])


class TamperingTest(support.Case):
    def test_an_endpoint_changed_behind_our_back_makes_no_call(self):
        self.configure()
        other = support.RecordedAnswers(b"{}")
        self.addCleanup(other.stop)
        self.home.sql("UPDATE api_providers SET endpoint_url = ?", other.url)
        self.assertEqual(self.home.keys()[0]["state"], "tampered")
        done = self.fail_with(8, "generate", "a cat", "--out", "a.img")
        self.assertIn("provider set", done.stderr + "provider set")
        self.fail_with(8, "key", "verify", self.home.keys()[0]["id"])
        self.assertEqual(other.requests, [])
        self.point_at(self.emulator.url)
        self.assertEqual(self.home.keys()[0]["state"], "active")
        self.succeed("generate", "a cat", "--out", "a.img")

    def test_no_other_command_signs_for_an_endpoint_that_nobody_named(self):
        self.configure()
        other = support.RecordedAnswers(b"{}")
        self.addCleanup(other.stop)
        self.home.sql("UPDATE api_providers SET endpoint_url = ?", other.url)
        key = self.home.keys()[0]["id"]
        done = self.succeed("provider", "set", "gemini", "--priority", "3")
        self.assertIn("stay tampered", done.stderr)
        self.assertEqual(self.home.keys()[0]["state"], "tampered")
        self.fail_with(8, "configure", "--provider", "gemini", "--force", "--api-key-stdin", text=self.emulator.key)
        self.fail_with(8, "key", "add", "--provider", "gemini", "--api-key-stdin", text=self.emulator.key)
        self.succeed("key", "disable", key)
        self.fail_with(8, "key", "enable", key)
        self.assertEqual(other.requests, [])
        self.point_at(self.emulator.url)
        self.succeed("key", "enable", key)
        self.succeed("generate", "a cat", "--out", "a.img")

    def test_a_switched_off_key_does_not_come_back_by_rows_alone(self):
        self.configure()
        self.succeed("key", "disable", self.home.keys()[0]["id"])
        self.home.sql("UPDATE api_keys SET is_active = 1")
        self.home.sql("UPDATE patchbay_key_seals SET deactivated_activation = NULL, deactivated_reason = NULL")
        self.assertEqual(self.home.keys()[0]["state"], "tampered")
        self.fail_with(8, "generate", "a cat", "--out", "a.img")

    def test_an_answer_that_echoes_the_key_does_not_show_it(self):
        key = self.emulator.key
        words = "x" * (300 - len(key) // 2) + " " + key + " and more"
        answer = {"candidates": [{"content": {"parts": [{"text": words}]}, "finishReason": "STOP"}]}
        echo = support.RecordedAnswers(json.dumps(answer).encode())
        self.addCleanup(echo.stop)
        self.configure(echo.url, key)
        done = self.fail_with(1, "generate", "a cat", "--out", "a.img")
        said = self.home.run("chat", "hello")
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertIn("[redacted] and more", said.stdout)
        everything = done.stderr + said.stdout + said.stderr + str(self.home.sql("SELECT message FROM patchbay_attempts"))
        for size in range(12, len(key) + 1):
            self.assertNotIn(key[:size], everything)

    def test_a_key_moved_to_another_row_is_tampered(self):
        self.configure()
        self.succeed("--env", "prod", "configure", "--provider", "gemini", "--api-key-stdin", text=self.emulator.key)
        [(token,)] = self.home.sql("SELECT key_value FROM api_keys WHERE environment = 'prod'")
        self.home.sql("UPDATE api_keys SET key_value = ? WHERE environment = 'default'", token)
        states = {key["environment"]: key["state"] for key in self.home.keys()}
        self.assertEqual(states, {"default": "tampered", "prod": "active"})
        self.fail_with(8, "generate", "a cat")
        self.succeed("--env", "prod", "generate", "a cat", "--out", "a.img")

    def test_an_unsealed_key_needs_the_owner(self):
        self.configure()
        [(provider, token)] = self.home.sql("SELECT provider_id, key_value FROM api_keys")
        self.home.sql("INSERT INTO api_keys (id, provider_id, key_value, environment) VALUES "
                      "('11111111-2222-4333-8444-555555555555', ?, ?, 'lab')", provider, token)
        key = next(key for key in self.home.keys() if key["environment"] == "lab")
        self.assertEqual(key["state"], "unsealed")
        before = self.emulator.request_count()
        self.assertNotEqual(self.home.run("--env", "lab", "generate", "a cat").returncode, 0)
        self.assertEqual(self.emulator.request_count(), before)
        asked = self.fail_with(2, "key", "approve", key["id"])
        self.assertIn(f"would be sent to http://127.0.0.1:{self.emulator.port}", asked.stderr)
        self.succeed("key", "approve", key["id"], "--yes")
        self.succeed("--env", "lab", "generate", "a cat", "--out", "a.img")

    def test_a_token_that_does_not_open_leaves_the_list_whole(self):
        self.configure()
        self.succeed("--env", "prod", "configure", "--provider", "gemini", "--api-key-stdin", text=self.emulator.key)
        self.home.sql("UPDATE api_keys SET key_value = 'gAAAAA-not-a-token' WHERE environment = 'prod'")
        states = {key["environment"]: key["state"] for key in self.home.keys()}
        self.assertEqual(states["default"], "active")
        self.assertIn(states["prod"], ("needs re-entry", "tampered"))

    def test_the_list_needs_no_vault(self):
        self.configure()
        (self.home.path / "service.key").rename(self.home.work / "service.key")
        [key] = self.home.keys()
        self.assertIsNone(key["fingerprint"])
        self.assertEqual(key["state"], "active")
        done = self.fail_with(4, "generate", "a cat")
        self.assertIn("service.key", done.stderr)
        self.succeed("--key-file", self.home.work / "service.key", "generate", "a cat", "--out", "a.img")


class StoredTest(support.Case):
    def test_a_stored_key_opens_with_another_fernet(self):
        self.configure()
        done = self.succeed("vault", "export-fernet-key")
        self.assertIn("Warning:", done.stderr)
        self.assertEqual(len(done.stdout), 45)
        [(token,)] = self.home.sql("SELECT key_value FROM api_keys")
        self.assertEqual(fernet.Fernet(done.stdout.strip().encode()).decrypt(token.encode()).decode(),
                         self.emulator.key)
        (self.home.path / "owner.key").unlink()
        self.fail_with(4, "vault", "export-fernet-key")

    def test_the_schema_is_as_it_was_asked_for(self):
        self.succeed("init")
        have = [sql for (sql,) in self.home.sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
        for statement in SCHEMA:
            self.assertIn(statement, have)

    def test_everything_of_the_home_is_private(self):
        self.configure()
        self.succeed("generate", "a cat")
        for path in self.home.path.rglob("*"):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)


if __name__ == "__main__":
    support.main()
