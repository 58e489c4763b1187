#!/usr/bin/env python3
"""`configure`: with a person at a terminal, and without."""

import os
import signal

import support

pexpect = support.require("pexpect")

FIRST = "API key for .*: "
AGAIN = "The same key again: "


class Conversation(support.Case):
    def setUp(self):
        super().setUp()
        self.succeed("init")
        self.point_at(self.emulator.url)

    def talk(self, *arguments):
        command = self.home.command("configure", *arguments)
        child = pexpect.spawn(command[0], command[1:], cwd=str(self.home.work), encoding="utf-8",
                              env=support.environment(NO_COLOR="1"), timeout=support.TIME_MAX)
        self.addCleanup(child.close, force=True)
        return child

    def type_key(self, child, first, again=None):
        child.expect(FIRST)
        child.sendline(first)
        child.expect(AGAIN)
        child.sendline(again or first)

    def finish(self, child):
        """What it said last, and its exit code."""
        child.expect(pexpect.EOF)
        child.close()
        return child.before, child.exitstatus


class AskingTest(Conversation):
    def test_asks_for_provider_and_key_and_stores_it(self):
        child = self.talk()
        child.expect(r"1\) gemini")
        child.sendline("1")
        child.expect(f"The key will be sent to http://127.0.0.1:{self.emulator.port} and nowhere else")
        self.type_key(child, self.emulator.key)
        said, code = self.finish(child)
        self.assertIn("Provider 'gemini' configured successfully.", said)
        self.assertEqual(code, 0)
        self.assertEqual([key["state"] for key in self.home.keys()], ["active"])

    def test_never_shows_what_is_typed(self):
        child = self.talk("--provider", "gemini")
        transcript = []
        child.logfile_read = type("Log", (), {"write": lambda _, text: transcript.append(text),
                                              "flush": lambda _: None})()
        self.type_key(child, self.emulator.key)
        self.finish(child)
        self.assertNotIn(self.emulator.key[4:], "".join(transcript))

    def test_asks_again_when_the_two_differ(self):
        child = self.talk("--provider", "gemini")
        self.type_key(child, self.emulator.key, "something else")
        child.expect("do not match")
        self.type_key(child, self.emulator.key)
        self.assertEqual(self.finish(child)[1], 0)
        self.assertEqual(len(self.home.keys()), 1)

    def test_gives_up_after_three_mismatches(self):
        child = self.talk("--provider", "gemini")
        for _ in range(3):
            self.type_key(child, self.emulator.key, "something else")
            child.expect("do not match")
        said, code = self.finish(child)
        self.assertEqual(code, 2, said)
        self.assertEqual(self.home.keys(), [])

    def test_leaves_the_terminal_as_it_was_when_interrupted(self):
        for prompt, stop in ((FIRST, "keyboard"), (AGAIN, "keyboard"), (FIRST, "signal")):
            with self.subTest(prompt=prompt, stop=stop):
                child = self.talk("--provider", "gemini")
                child.expect(FIRST)
                self.assertFalse(child.getecho())
                if prompt is AGAIN:
                    child.sendline(self.emulator.key)
                    child.expect(AGAIN)
                if stop == "keyboard":
                    child.sendintr()
                else:
                    child.kill(signal.SIGTERM)
                child.expect(pexpect.EOF)
                self.assertTrue(child.getecho())
                child.close()
                self.assertEqual((child.exitstatus, child.signalstatus), (130, None))
                self.assertEqual(self.home.keys(), [])

    def test_takes_corrections_while_typing(self):
        child = self.talk("--provider", "gemini")
        key = self.emulator.key
        self.type_key(child, "nonsense\x15" + key[:-1] + "zz\x7f\x7f" + key[-1], key)
        self.assertEqual(self.finish(child)[1], 0)

    def test_refuses_a_second_key_before_it_asks_for_one(self):
        child = self.talk("--provider", "gemini")
        self.type_key(child, self.emulator.key)
        self.finish(child)
        said, code = self.finish(self.talk("--provider", "gemini"))
        self.assertIn("Error: Provider 'gemini' already configured. Use --force to overwrite.", said)
        self.assertNotIn("hidden", said)
        self.assertEqual(code, 2)

    def test_replaces_the_key_when_forced(self):
        for arguments in ((), ("--force",)):
            child = self.talk("--provider", "gemini", *arguments)
            self.type_key(child, self.emulator.key)
            self.assertEqual(self.finish(child)[1], 0)
        states = sorted((key["state"], key["reason"]) for key in self.home.keys())
        self.assertEqual(states, [("active", ""), ("inactive", "replaced by a newer key")])

    def test_stores_no_key_that_the_provider_refuses(self):
        child = self.talk("--provider", "gemini")
        self.type_key(child, self.emulator.bad_key)
        said, code = self.finish(child)
        self.assertIn("Error: API call failed - API key not valid", said)
        self.assertIn("the key was not stored", said)
        self.assertEqual(code, 4)
        self.assertEqual(self.home.keys(), [])


class FreshHomeTest(Conversation):
    emulated = False

    def setUp(self):
        support.Case.setUp(self)

    def test_makes_the_home_first_and_names_the_real_origin(self):
        child = self.talk("--provider", "gemini", "--no-verify")
        child.expect("Owner password")
        child.sendline("")
        child.expect("Initialised Patchbay")
        child.expect("The key will be sent to https://generativelanguage.googleapis.com and nowhere else")
        self.type_key(child, "AIza" + "x" * 35)
        self.assertEqual(self.finish(child)[1], 0)
        self.assertEqual(self.home.keys()[0]["state"], "active")


class SilentTest(support.Case):
    """Nobody to ask: the key comes from elsewhere."""

    def setUp(self):
        super().setUp()
        self.succeed("init")
        self.point_at(self.emulator.url)

    def test_finds_the_provider_by_the_prefix_of_the_key(self):
        self.succeed("configure", "--api-key-stdin", text=self.emulator.key + "\n")
        self.assertEqual(self.home.keys()[0]["provider"], "gemini")

    def test_reads_the_key_from_a_file_a_command_or_an_argument(self):
        file = self.home.work / "key"
        file.write_text(self.emulator.key + "\r\n")
        os.chmod(file, 0o600)
        for options in (("--api-key-file", file), ("--api-key-cmd", f"cat {file}"), ("--api-key", self.emulator.key)):
            with self.subTest(options[0]):
                done = self.succeed("configure", "--provider", "gemini", "--force", *options)
                self.assertEqual("Warning" in done.stderr, options[0] == "--api-key")

    def test_warns_of_a_key_file_that_others_can_read(self):
        file = self.home.work / "key"
        file.write_text(self.emulator.key)
        os.chmod(file, 0o644)
        done = self.succeed("configure", "--provider", "gemini", "--api-key-file", file)
        self.assertIn("Warning: others can read", done.stderr)

    def test_refuses_what_cannot_be_a_key(self):
        for text, complaint in (("", "empty"), ("\n", "empty"), ("AIza with space", "character 5"),
                                ("AIza\x07", "character 5"), ("schlüssel", "not ASCII"),
                                ("key\n\n", "character 4"), ("x" * 8193, "longer than 8192")):
            with self.subTest(text[:20]):
                done = self.fail_with(2, "configure", "--provider", "gemini", "--api-key-stdin", text=text)
                self.assertIn(complaint, done.stderr)
        self.assertEqual(self.home.keys(), [])

    def test_takes_a_key_of_the_largest_size(self):
        self.succeed("configure", "--provider", "gemini", "--api-key-stdin", "--no-verify", text="x" * 8192 + "\n")

    def test_stores_nothing_when_the_provider_cannot_be_reached(self):
        self.point_at("http://127.0.0.1:1/v1beta")
        done = self.fail_with(7, "configure", "--provider", "gemini", "--api-key-stdin", text=self.emulator.key)
        self.assertIn("--no-verify", done.stderr)
        self.assertEqual(self.home.keys(), [])

    def test_asks_nobody_when_there_is_nobody(self):
        for arguments in ((), ("--non-interactive",)):
            done = self.fail_with(2, "configure", "--provider", "gemini", *arguments)
            self.assertIn("--api-key-stdin", done.stderr)

    def test_takes_one_source_at_a_time(self):
        self.fail_with(2, "configure", "--api-key-stdin", "--api-key", "x")

    def test_says_why_a_command_gave_no_key(self):
        done = self.fail_with(2, "configure", "--provider", "gemini", "--api-key-cmd", "exit 3")
        self.assertIn("exited with status 3", done.stderr)

    def test_remembers_the_default_provider(self):
        self.succeed("configure", "--provider", "gemini", "--api-key-stdin", "--default", text=self.emulator.key)
        self.assertIn('provider = "gemini"', (self.home.path / "patchbay.toml").read_text())

    def test_keeps_environments_and_users_apart(self):
        for arguments in ((), ("--env", "prod"), ("--user", "ann")):
            self.succeed(*arguments, "configure", "--provider", "gemini", "--api-key-stdin", text=self.emulator.key)
        self.assertEqual(sorted((key["environment"], key["user"]) for key in self.home.keys()),
                         [("default", ""), ("default", "ann"), ("prod", "")])

    def test_needs_the_owner(self):
        (self.home.path / "owner.key").rename(self.home.work / "owner.key")
        done = self.fail_with(4, "configure", "--provider", "gemini", "--api-key-stdin", text=self.emulator.key)
        self.assertIn("owner.key", done.stderr)
        self.succeed("--owner-key-file", self.home.work / "owner.key", "configure", "--provider", "gemini",
                     "--api-key-stdin", text=self.emulator.key)

    def test_refuses_to_initialise_twice(self):
        before = self.home.files()
        self.fail_with(2, "init")
        self.assertEqual({path: data for path, data in self.home.files().items() if path.suffix == ".key"},
                         {path: data for path, data in before.items() if path.suffix == ".key"})


if __name__ == "__main__":
    support.main()
