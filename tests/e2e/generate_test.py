#!/usr/bin/env python3
"""From nothing to images: the shortest way a person takes, and what programs read."""

import base64
import hashlib
import json
import stat
import unittest

import support

Image = support.require("PIL.Image")


class GenerateTest(support.Case):
    def test_makes_an_image_of_the_asked_ratio(self):
        self.configure()
        done = self.succeed("generate", "a red bicycle", "--aspect-ratio", "16:9", "--out", "bicycle.jpg")
        self.assertIn("Image generated successfully: bicycle.jpg", done.stdout)
        with Image.open(self.home.work / "bicycle.jpg") as image:
            image.load()
            self.assertAlmostEqual(image.width / image.height, 16 / 9, delta=0.06)
            self.assertIn(f"{image.width}x{image.height} pixels", done.stdout)
        self.assertIn("by gemini, model ", done.stdout)
        self.assertIn("tokens out", done.stdout)

    def test_says_the_same_facts_as_one_json_document(self):
        self.configure()
        document = self.home.json("generate", "a cat", "--out", "cat.img")
        [image] = document["images"]
        written = (self.home.work / "cat.img").read_bytes()
        self.assertEqual(image["sha256"], hashlib.sha256(written).hexdigest())
        self.assertEqual(image["bytes"], len(written))
        self.assertEqual(document["provider"], "gemini")
        self.assertGreater(document["usage"]["output_tokens"], 0)
        [(provider, key_id)] = self.home.sql(
            "SELECT provider, key_id FROM patchbay_attempts WHERE id = ?", document["attempt_id"])
        self.assertEqual(provider, "gemini")
        self.assertEqual(key_id, self.home.keys()[0]["id"])

    def test_chooses_a_name_with_the_right_suffix(self):
        self.configure()
        document = self.home.json("generate", "a cat")
        [image] = document["images"]
        path = self.home.work / image["file"]
        self.assertRegex(path.name, r"^patchbay-\d{8}-\d{6}-1\.(png|jpg)$")
        with Image.open(path) as opened:
            self.assertEqual({"JPEG": "jpg", "PNG": "png"}[opened.format], image["format"])
        self.assertTrue(stat.S_IMODE(path.stat().st_mode) & stat.S_IRGRP, "the caller's umask rules")

    def test_says_when_the_format_is_not_what_the_name_promises(self):
        self.configure()
        with_right = self.home.json("generate", "a cat", "--out-dir", ".")["images"][0]["format"]
        wrong = {"jpg": "png", "png": "jpg"}[with_right]
        done = self.succeed("generate", "a cat", "--out", f"cat.{wrong}")
        self.assertIn(f"Warning: cat.{wrong} holds an image of type", done.stderr)

    def test_writes_the_image_to_stdout(self):
        self.configure()
        with open(self.home.work / "out", "wb") as out:
            done = support.subprocess.run(self.home.command("generate", "a cat", "--stdout"), stdout=out,
                                          stderr=support.subprocess.PIPE, text=True, env=support.environment())
        self.assertEqual(done.returncode, 0, done.stderr)
        with Image.open(self.home.work / "out") as image:
            image.load()
        self.assertNotIn("Error", done.stderr)

    def test_edits_several_images(self):
        self.configure()
        for name, color in (("a.png", "red"), ("b.png", "blue")):
            Image.new("RGB", (64, 32), color).save(self.home.work / name)
        self.succeed("generate", "join them", "--input", "a.png", "--input", "b.png", "--out", "c.img")
        with Image.open(self.home.work / "c.img") as image:
            image.load()

    def test_takes_the_prompt_from_stdin(self):
        self.configure()
        self.succeed("generate", "--prompt-file", "-", "--out", "a.img", text="a cat\n")
        self.assertTrue((self.home.work / "a.img").exists())

    def test_replaces_a_file_only_when_forced(self):
        self.configure()
        (self.home.work / "a.img").write_text("mine")
        before = self.emulator.request_count()
        self.fail_with(2, "generate", "a cat", "--out", "a.img")
        self.assertEqual(self.emulator.request_count(), before)
        self.assertEqual((self.home.work / "a.img").read_text(), "mine")
        self.succeed("generate", "a cat", "--out", "a.img", "--force")
        with Image.open(self.home.work / "a.img") as image:
            image.load()

    def test_lists_models_and_chats(self):
        self.configure()
        models = self.home.json("models", "--images")["models"]
        self.assertTrue(models)
        self.assertTrue(all(model["images"] for model in models))
        self.assertIn("hello", self.succeed("chat", "hello").stdout)

    def test_waits_no_longer_than_it_is_told(self):
        self.configure()
        emulator = support.Emulator("--fault", "stall_head")
        self.addCleanup(emulator.stop)
        self.point_at(emulator.url)
        done = self.fail_with(7, "generate", "a cat", "--timeout", "300ms", "--out", "a.img")
        self.assertIn("a.img", str(self.home.work / "a.img"))
        self.assertFalse((self.home.work / "a.img").exists(), done.stderr)

    def test_prints_errors_as_json(self):
        done = self.home.run("--json", "generate", "a cat", "--provider", "nobody")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        error = json.loads(done.stderr)["error"]
        self.assertEqual(error["code"], "unknown_provider")
        self.assertTrue(error["message"].startswith("Unsupported provider 'nobody'. Supported providers: gemini"))
        self.assertIs(error["retryable"], False)

    def test_tries_again_what_was_not_billed(self):
        self.configure()
        emulator = support.Emulator("--fault", "overloaded:x1")
        self.addCleanup(emulator.stop)
        self.point_at(emulator.url)
        document = self.home.json("generate", "a cat", "--out", "a.img")
        self.assertEqual(document["attempts"], 2)
        outcomes = self.home.sql("SELECT outcome FROM patchbay_attempts WHERE request_id = ? ORDER BY started_unix_ms",
                                 document["request_id"])
        self.assertEqual([outcome for (outcome,) in outcomes], ["upstream", "ok"])

    def test_refuses_a_parameter_that_the_plugin_does_not_know(self):
        self.configure()
        before = self.emulator.request_count()
        done = self.fail_with(2, "generate", "a cat", "--param", "aspect_ration=1:1")
        self.assertIn("did you mean 'aspect_ratio'?", done.stderr)
        self.assertEqual(self.emulator.request_count(), before)

    def test_tells_a_fresh_home_what_to_do(self):
        done = self.fail_with(3, "generate", "a cat", "--provider", "gemini")
        self.assertIn("Error: Provider 'gemini' not configured. Run 'patchbay configure --provider gemini' "
                      "to set up API key.", done.stderr)


@unittest.skipUnless((support.FIXTURES / "gemini").is_dir(), "NO RECORDED ANSWERS: set PATCHBAY_FIXTURES")
class RecordedAnswerTest(support.Case):
    emulated = False
    names = ("gen_2.5-flash-image.0", "gen_3.1-flash-lite-image.0")

    def test_gives_exactly_the_recorded_image(self):
        for name in self.names:
            with self.subTest(name):
                self.play(support.FIXTURES / "gemini" / f"{name}.response.json")

    def play(self, file):
        body = file.read_bytes()
        parts = json.loads(body)["candidates"][0]["content"]["parts"]
        images = [base64.b64decode(part["inlineData"]["data"]) for part in parts if "inlineData" in part]
        server = support.RecordedAnswers(body)
        self.addCleanup(server.stop)
        if not self.home.path.exists():
            self.succeed("init")
        self.point_at(server.url)
        if not self.home.keys():
            self.succeed("configure", "--provider", "gemini", "--api-key-stdin", "--no-verify", text="AIza" + "x" * 35)
        document = self.home.json("generate", "a cat", "--out", f"{file.stem}.img")
        written = (self.home.work / f"{file.stem}.img").read_bytes()
        self.assertEqual(hashlib.sha256(written).hexdigest(), hashlib.sha256(images[-1]).hexdigest())
        self.assertEqual(document["images"][0]["sha256"], hashlib.sha256(images[-1]).hexdigest())
        self.assertEqual([method for method, _, _ in server.requests], ["POST"])


if __name__ == "__main__":
    support.main()
