#!/usr/bin/env python3
"""What is wrong is refused at once: one clear line, the right exit code, nothing written, no call."""

import json
import os

import support

Image = support.require("PIL.Image")


class BadArgumentsTest(support.Case):
    def refused(self, code, words, *arguments, **more):
        with self.subTest(arguments):
            calls, files = self.emulator.request_count(), set(self.home.files())
            done = self.fail_with(code, *arguments, **more)
            self.assertIn(words, done.stderr)
            self.assertLessEqual(len(done.stderr.splitlines()), 2, done.stderr)
            self.assertEqual(self.emulator.request_count(), calls)
            self.assertEqual(set(self.home.files()), files)

    def test_prompts(self):
        self.configure()
        for prompt in ("", "  \n"):
            self.refused(2, "the prompt is empty", "generate", prompt)
            self.refused(2, "the prompt is empty", "generate", "--prompt", prompt)
        self.refused(2, "the prompt is empty", "generate")
        self.refused(2, "the prompt is empty", "generate", "--prompt-file", "-")
        self.refused(2, "give the prompt once", "generate", "a", "--prompt", "b")
        self.refused(2, "No such file", "generate", "--prompt-file", "missing.txt")
        self.refused(2, "UTF-8", "generate", b"\xff".decode("utf-8", "surrogateescape"))
        self.refused(2, "unknown argument 'two'", "generate", "one", "two")

    def test_sizes(self):
        self.configure()
        for width, height in (("0", "10"), ("10", "-1"), ("16385", "10"), ("ten", "10"), ("99999999999999999999", "1"),
                              ("1.5", "2"), ("", "1")):
            self.refused(2, "takes a whole number from 1 to 16384", "generate", "x", "--width", width, "--height", height)
        for size in ("0x0", "1024", "1024x", "x", "10x20x30", "99999x1", "-1x5", "1024 x 768"):
            self.refused(2, "--size takes WIDTHxHEIGHT", "generate", "x", "--size", size)
        for size in ("1x1", "16384x1", "16384x64"):
            self.refused(2, "size" if size != "16384x64" else "aspect ratio", "generate", "x", "--size", size)
        self.refused(2, "aspect ratios", "generate", "x", "--aspect-ratio", "17:3")
        self.refused(2, "go together", "generate", "x", "--width", "10")
        self.refused(2, "either --size or", "generate", "x", "--width", "10", "--height", "10", "--size", "1x1")

    def test_other_values(self):
        self.configure()
        for option, value in (("--aspect-ratio", "16-9"), ("--aspect-ratio", "0:1"), ("--seed", "x"), ("--seed", "-1"),
                              ("--timeout", "0"), ("--timeout", "soon"), ("--timeout", "25h"), ("--param", "novalue"),
                              ("--param", "=x"), ("--resolution", "1 K")):
            self.refused(2, f"{option} takes", "generate", "x", option, value)
        self.refused(2, "given twice", "generate", "x", "--param", "seed=1", "--seed", "2")

    def test_places(self):
        self.configure()
        (self.home.work / "there.img").write_text("mine")
        self.refused(2, "No such file", "generate", "x", "--out", "missing/a.img")
        self.refused(2, "No such file", "generate", "x", "--out-dir", "missing")
        self.refused(2, "there.img", "generate", "x", "--out", "there.img")
        self.refused(2, "exclude each other", "generate", "x", "--out", "a.img", "--stdout")
        both = self.home.run("generate", "x", "--stdout", "--json")
        self.assertEqual((both.returncode, json.loads(both.stderr)["error"]["code"]), (2, "usage"))
        self.refused(2, "is empty", "generate", "x", "--out", "")
        self.refused(2, "", "generate", "x", "--out", ".")
        if os.geteuid() != 0:
            os.chmod(self.home.work, 0o500)
            self.refused(2, "Permission denied", "generate", "x", "--out", "a.img")

    def test_input_images(self):
        self.configure()
        picture = self.home.work / "whole.png"
        Image.new("RGB", (64, 64), "red").save(picture)
        whole = picture.read_bytes()
        for name, content in (("empty.png", b""), ("cut.png", whole[:-20]), ("text.png", b"this is no image"),
                              ("page.png", b"<!doctype html><html></html>")):
            (self.home.work / name).write_bytes(content)
            self.refused(2, name, "generate", "x", "--input", name)
        self.refused(2, "missing.png", "generate", "x", "--input", "missing.png")
        self.refused(2, "", "generate", "x", "--input", ".")

    def test_providers(self):
        self.configure()
        self.refused(2, "Unsupported provider 'x'. Supported providers: gemini", "generate", "a", "--provider", "x")
        self.refused(2, "Unsupported provider 'x'. Supported providers: gemini", "configure", "--provider", "x",
                     "--api-key-stdin", text="key")
        self.refused(2, "nothing to change", "provider", "set", "gemini")
        self.refused(2, "", "provider", "set", "gemini", "--endpoint", "no url")
        self.refused(2, "", "provider", "set", "gemini", "--endpoint", "http://127.0.0.1:1/", "--no-allow-private")
        self.refused(2, "", "provider", "set", "gemini", "--auth-type", "magic")
        self.refused(2, "", "provider", "add", "UPPER", "--endpoint", "https://a.example", "--auth-type", "bearer")
        self.refused(2, "x", "provider", "show", "x")

    def test_the_line_itself(self):
        self.configure()
        self.refused(2, "did you mean 'generate'?", "genrate", "x")
        self.refused(2, "did you mean '--prompt'?", "generate", "--promt", "x")
        self.refused(2, "did you mean 'list'?", "key", "lst")
        self.refused(2, "a command is missing after 'patchbay key'", "key")
        self.refused(2, "--out", "generate", "x", "--out")
        self.refused(2, "which key?", "key", "enable")
        self.refused(2, "there is no key", "key", "enable", "ffffffff")
        self.refused(2, "there is no plugin", "plugin", "info", "nothing")
        self.refused(2, "which provider?", "provider", "enable")

    def test_the_emulator(self):
        self.refused(2, "no_such_fault", "emulate", "--fault", "no_such_fault")
        self.refused(2, "--port takes", "emulate", "--port", "65536")
        self.refused(2, "--image-bytes takes", "emulate", "--image-bytes", "20X")


class WordsTest(support.Case):
    emulated = False

    def test_every_command_has_help_with_examples(self):
        commands = [words.split() for words in (
            "init", "configure", "generate", "placeholder", "chat", "models", "provider list", "provider show",
            "provider add", "provider set", "provider enable", "provider disable", "provider remove", "key list",
            "key add", "key verify", "key enable", "key disable", "key approve", "key import", "key remove", "plugin list",
            "plugin info", "plugin trust", "vault status", "vault export-fernet-key",
            "audit list", "audit verify", "vault rotate",
            "vault recover", "vault slot add", "vault slot list", "vault slot remove", "vault slot export",
            "vault slot restore", "status", "db status", "db migrate",
            "db backup", "db check", "doctor", "emulate", "completion", "man", "version")]
        for command in commands:
            with self.subTest(command):
                done = self.succeed(*command, "--help")
                self.assertIn("Examples:\n  patchbay ", done.stdout)
                self.assertEqual(done.stderr, "")
        self.assertFalse(self.home.path.exists(), "help makes nothing")

    def test_tells_its_version(self):
        self.assertRegex(self.succeed("--version").stdout, r"^patchbay \d+\.\d+\.\d+\n$")
        self.assertRegex(self.home.json("version")["version"], r"^\d+\.\d+\.\d+$")

    def test_global_options_stand_anywhere(self):
        self.succeed("init")
        for arguments in (("--json", "provider", "list"), ("provider", "--json", "list"), ("provider", "list", "--json")):
            self.assertIn("providers", json.loads(self.succeed(*arguments).stdout))

    def test_says_when_stdout_takes_no_more(self):
        self.succeed("init")
        with open("/dev/full", "w") as full:
            done = support.subprocess.run(self.home.command("provider", "list"), stdout=full, text=True,
                                          stderr=support.subprocess.PIPE, env=support.environment())
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot write to stdout", done.stderr)

    def test_works_with_its_standard_descriptors_closed(self):
        self.succeed("init")
        command = " ".join(self.home.command("provider", "list")) + " <&- >&- 2>&-"
        self.assertEqual(support.subprocess.run(["sh", "-c", command], env=support.environment()).returncode, 0)

    def test_adds_and_removes_a_provider(self):
        self.succeed("init")
        self.succeed("provider", "add", "mirror", "--adapter", "dev.patchbay.gemini", "--endpoint",
                     "https://mirror.example/v1beta", "--auth-type", "api_key", "--priority", "5")
        shown = self.home.json("provider", "show", "mirror")
        self.assertEqual((shown["settings"]["priority"], shown["state"]), ("5", "active"))
        self.succeed("provider", "remove", "mirror")
        self.fail_with(2, "provider", "show", "mirror")

    def test_is_silent_when_asked_to_be(self):
        self.assertEqual(self.succeed("-q", "init").stderr, "")


if __name__ == "__main__":
    support.main()
