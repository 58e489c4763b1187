#!/usr/bin/env python3
"""What a person with a key can count on, the same with each provider that is there."""

import json
import re

import support

Image = support.require("PIL.Image")


class AcceptanceCase(support.Case):
    providers = ("gemini", "openrouter", "requesty")

    def setUp(self):
        super().setUp()
        self.succeed("init")
        there = {provider["name"] for provider in self.home.json("provider", "list")["providers"]}
        self.assertLessEqual(set(self.providers), there)

    def reach(self, provider, url=None):
        self.succeed("provider", "set", provider, "--endpoint", url or self.emulator.providers[provider]["base_url"],
                     "--allow-private")

    def store_key(self, provider, *options, key=None):
        self.reach(provider)
        return self.succeed("configure", "--provider", provider, "--api-key-stdin", *options,
                            text=key or self.emulator.providers[provider]["key"])

    def with_fault(self, provider, fault):
        emulator = support.Emulator("--fault", fault)
        self.addCleanup(emulator.stop)
        self.reach(provider, emulator.providers[provider]["base_url"])


class GivenAKeyTest(AcceptanceCase):
    def test_each_provider_makes_an_image(self):
        for provider in self.providers:
            with self.subTest(provider):
                done = self.store_key(provider)
                self.assertIn(f"Provider '{provider}' configured successfully.", done.stdout)
                done = self.succeed("generate", "--provider", provider, "--prompt", "A banana", "--out", f"{provider}.img")
                self.assertIn(f"Image generated successfully: {provider}.img", done.stdout)
                self.assertIn(f"by {provider}, model ", done.stdout)
                with Image.open(self.home.work / f"{provider}.img") as image:
                    image.load()
                    self.assertIn(f"{image.width}x{image.height} pixels", done.stdout)

    def test_an_image_is_edited_and_a_size_is_mapped_in_sight(self):
        Image.new("RGB", (64, 48), "yellow").save(self.home.work / "banana.png")
        for provider in self.providers:
            with self.subTest(provider):
                self.store_key(provider)
                done = self.succeed("generate", "--provider", provider, "make it green", "--input", "banana.png",
                                    "--size", "1024x768", "--out", f"{provider}.img")
                self.assertRegex(done.stdout, r"size 1024x768 -> ")

    def test_only_names_differ_for_who_reads_the_document(self):
        documents = {}
        for provider in self.providers:
            self.store_key(provider)
            documents[provider] = self.home.json("generate", "--provider", provider, "A banana", "--out", f"{provider}.img")
            self.assertEqual(documents[provider]["provider"], provider)
        # Words beside the image are there where the provider said some.
        shapes = {(*sorted(set(document) - {"text"}), *sorted(document["images"][0])) for document in documents.values()}
        self.assertEqual(len(shapes), 1, documents)

    def test_several_images_and_a_conversation_come_alike(self):
        for provider in self.providers:
            with self.subTest(provider):
                self.store_key(provider)
                document = self.home.json("generate", "--provider", provider, "A banana", "--count", "3",
                                          "--out", f"{provider}-%d.img", "--sidecar")
                self.assertEqual([image["file"] for image in document["images"]],
                                 [f"{provider}-{n}.img" for n in (1, 2, 3)])
                for turn, command in enumerate((("generate", "A banana", "--out", f"{provider}-a.img"),
                                                ("generate", "peel it", "--out", f"{provider}-b.img"),
                                                ("chat", "what is it?")), start=1):
                    document = self.home.json(*command, "--provider", provider, "--session", provider)
                    self.assertEqual((document["session"], document["turn"]), (provider, turn))

    def test_one_call_makes_as_many_images_as_the_model_can(self):
        self.store_key("openrouter")
        for model, count, calls in (("openai/gpt-image-1", 3, 1), ("openai/gpt-image-1", 12, 2),
                                    ("google/gemini-3.1-flash-image", 3, 3)):
            with self.subTest(model=model, count=count):
                before = self.emulator.counts()["requests"]
                document = self.home.json("generate", "A banana", "--provider", "openrouter", "--model", model,
                                          "--count", count, "--out-dir", ".")
                self.assertEqual(len(document["images"]), count)
                self.assertEqual(self.emulator.counts()["requests"] - before, calls)

    def test_each_provider_answers_in_text(self):
        for provider in self.providers:
            with self.subTest(provider):
                self.store_key(provider)
                self.assertIn("hello", self.succeed("chat", "hello", "--provider", provider).stdout)
                self.assertTrue(self.home.json("models", "--provider", provider, "--images")["models"])

    def test_gemini_is_used_without_being_named(self):
        self.store_key("gemini")
        self.assertEqual(self.home.json("generate", "A banana", "--out", "a.img")["provider"], "gemini")

    def test_a_key_is_replaced_only_when_forced(self):
        self.store_key("gemini")
        done = self.home.run("configure", "--provider", "gemini", "--api-key-stdin", text=self.emulator.key)
        self.assertIn("Provider 'gemini' already configured. Use --force to overwrite.", done.stdout + done.stderr)
        self.store_key("gemini", "--force")

    def test_placeholder_needs_no_key(self):
        self.succeed("placeholder", "--width", "512", "--height", "256", "--out", "p.png")
        with Image.open(self.home.work / "p.png") as image:
            self.assertEqual(image.size, (512, 256))


class EdgeTest(AcceptanceCase):
    def test_an_unsupported_provider_is_told_with_those_that_are(self):
        done = self.fail_with(2, "generate", "A banana", "--provider", "acme")
        said = re.search(r"Error: Unsupported provider 'acme'\. Supported providers: (.*)", done.stderr)
        self.assertIsNotNone(said, done.stderr)
        served = {adapter["name"] for plugin in self.home.json("plugin", "list")["plugins"]
                  for adapter in plugin["adapters"]}
        # That adapter serves rows that people add, under names of their own.
        self.assertEqual(set(said[1].split(", ")), served - {"openai_compatible"})

    def test_a_missing_key_is_told_with_the_way_to_store_one(self):
        for provider in self.providers:
            with self.subTest(provider):
                done = self.fail_with(3, "generate", "A banana", "--provider", provider)
                self.assertIn(f"Error: Provider '{provider}' not configured. Run 'patchbay configure --provider "
                              f"{provider}' to set up API key.", done.stderr)

    def test_a_wrong_key_is_not_stored_and_one_that_turned_wrong_is_switched_off(self):
        for provider in self.providers:
            with self.subTest(provider):
                self.reach(provider)
                self.fail_with(4, "configure", "--provider", provider, "--api-key-stdin",
                               text=self.emulator.providers[provider]["bad_key"])
                self.store_key(provider, "--no-verify", key=self.emulator.providers[provider]["bad_key"])
                done = self.fail_with(4, "generate", "A banana", "--provider", provider)
                self.assertIn("Error: API call failed - ", done.stderr)
                self.assertIn("the key is inactive now", done.stderr)

    def test_what_goes_wrong_upstream_has_a_kind_words_and_a_next_step(self):
        for provider in self.providers:
            for fault, code, kind in (("quota_day", 6, "quota"), ("overloaded", 1, "upstream"), ("html", 1, "protocol"),
                                      ("truncated", 1, "protocol"), ("no_model", 1, "model"), ("safety", 5, "blocked")):
                with self.subTest(provider=provider, fault=fault):
                    self.store_key(provider, "--force", "--no-verify")
                    self.with_fault(provider, fault)
                    done = self.home.run("--json", "generate", "A banana", "--provider", provider, "--out", "a.img",
                                         "--timeout", "20")
                    error = json.loads(done.stderr.splitlines()[-1])["error"]
                    self.assertEqual((done.returncode, error["code"], error["provider"]), (code, kind, provider), error)
                    self.assertTrue(error["message"].startswith("API call failed - "), error)
                    self.assertTrue(error["hint"])
                    self.assertFalse((self.home.work / "a.img").exists())

    def test_a_provider_that_is_not_there_is_a_network_failure(self):
        for provider in self.providers:
            with self.subTest(provider):
                self.store_key(provider)
                # Nothing listens on the port that was just given back.
                emulator = support.Emulator()
                url = emulator.providers[provider]["base_url"]
                emulator.stop()
                self.reach(provider, url)
                self.fail_with(7, "generate", "A banana", "--provider", provider, "--timeout", "20")


if __name__ == "__main__":
    support.main()
