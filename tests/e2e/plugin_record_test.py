#!/usr/bin/env python3
"""`plugin record`: a live call becomes a cassette that holds no secret and gives the same again."""

import json

import support

CASSETTES_PLAYED_BY = support.BUILD / "lib" / "patchbay" / "plugins" / "gemini.so"


class PluginRecordTest(support.Case):
    def setUp(self):
        super().setUp()
        self.configure()

    def record(self, *words, name="a.cassette"):
        document = self.home.json("plugin", "record", "--provider", "gemini", "--out", name, *words)
        text = (self.home.work / name).read_text()
        self.assertNotIn(self.emulator.key, text)
        self.assertEqual(document["replies"], text.count("\n=== "))
        return document, text

    def test_an_image_is_recorded_and_played_again(self):
        document, text = self.record("a red bicycle")
        self.assertTrue(text.startswith("operation: image\nmodel: "), text[:200])
        self.assertIn("prompt: a red bicycle\n", text)
        self.assertIn("=== 200 content-type=application/json", text)
        self.assertTrue(document["answered"])
        self.assertTrue(any(what.startswith("header ") for what in document["removed"]), document)
        self.succeed("plugin", "check", CASSETTES_PLAYED_BY, "a.cassette", "--expect", "--only", "cassettes")
        self.assertIn(" image final ", (self.home.work / "a.expected").read_text())

    def test_other_operations_and_failures(self):
        _, text = self.record("hello", "--operation", "chat", name="chat.cassette")
        self.assertIn("operation: chat", text)
        _, text = self.record("--operation", "models", name="models.cassette")
        self.assertIn("operation: models\n=== 200", text)
        said = self.succeed("plugin", "record", "x", "--provider", "gemini", "--model", "no-such-model", "--out",
                            "e.cassette")
        self.assertIn("a failure", said.stderr)
        self.assertIn("\n=== 404 ", (self.home.work / "e.cassette").read_text())

    def test_a_secret_that_comes_back_is_taken_out(self):
        echo = json.dumps({"candidates": [{"content": {"parts": [{"text": f"your key is {self.emulator.key}"}]},
                                           "finishReason": "STOP"}]}).encode()
        server = support.RecordedAnswers(echo)
        self.addCleanup(server.stop)
        self.point_at(server.url)
        document, text = self.record("hello", "--operation", "chat")
        self.assertIn("[redacted]", text)
        self.assertTrue(any("secret" in what for what in document["removed"]), document)

    def test_nothing_is_overwritten_and_what_is_missing_is_asked_for(self):
        (self.home.work / "a.cassette").write_text("mine")
        self.fail_with(2, "plugin", "record", "a cat", "--provider", "gemini", "--out", "a.cassette")
        self.assertEqual((self.home.work / "a.cassette").read_text(), "mine")
        self.fail_with(2, "plugin", "record", "a cat", "--out", "b.cassette")
        self.fail_with(2, "plugin", "record", "a cat", "--provider", "gemini")
        self.fail_with(2, "plugin", "record", "a", "--provider", "gemini", "--out", "b.cassette", "--operation", "dream")


if __name__ == "__main__":
    support.main()
