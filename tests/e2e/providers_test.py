#!/usr/bin/env python3
"""The same command through every provider: a caller sees the provider's name, and no other difference."""

import support

Image = support.require("PIL.Image")

# Which row stands for what, and the emulated provider behind it.
ROWS = {"gemini": "gemini", "openrouter": "openrouter", "requesty": "requesty", "compatible": "openrouter"}


class ProvidersTest(support.Case):
    def setUp(self):
        super().setUp()
        self.succeed("init")
        for name, emulated in ROWS.items():
            access = self.emulator.providers[emulated]
            where = ("--endpoint", access["base_url"], "--allow-private")
            if name == "compatible":
                # OpenRouter itself, as somebody would reach it who has no adapter for it.
                self.succeed("provider", "add", name, "--adapter", "openai_compatible", "--auth-type", "bearer", *where,
                             "--model", "google/gemini-3.1-flash-image", "--chat-model", "google/gemini-3.5-flash",
                             "--setting", "image_api=chat", "--setting", "verify_path=/key",
                             "--setting", "models_path=/models?output_modalities=all")
            else:
                self.succeed("provider", "set", name, *where)
            self.succeed("configure", "--provider", name, "--api-key-stdin", text=access["key"])

    def generate(self, name, *options):
        return self.home.json("generate", "a cat", "--provider", name, "--force", "--out", f"{name}.img", *options)

    def test_differs_in_the_name_alone(self):
        documents = {name: self.generate(name, "--size", "1024x576") for name in ROWS}
        shapes = {}
        for name, document in documents.items():
            self.assertEqual(document["provider"], name)
            [image] = document["images"]
            with Image.open(self.home.work / image["file"]) as opened:
                opened.load()
                self.assertEqual(opened.size, (image["width"], image["height"]))
            self.assertAlmostEqual(image["width"] / image["height"], 16 / 9, delta=0.06)
            self.assertGreater(document["usage"]["output_tokens"], 0)
            self.assertEqual(document["meta"]["mapping"], "size 1024x576 -> aspect_ratio 16:9, resolution 1K")
            # What a provider does not say, such as what it cost or whom it asked, is not there.
            told = {"text"}
            shapes[name] = (sorted(set(document) - told), sorted(image))
        self.assertEqual(len({str(shape) for shape in shapes.values()}), 1, shapes)
        for name in ("openrouter", "requesty", "compatible"):
            self.assertGreater(documents[name]["usage"]["cost_usd"], 0)

    def test_edits_with_two_inputs(self):
        for name in ROWS:
            first = self.generate(name)["images"][0]["file"]
            with self.subTest(name):
                self.generate(name, "--input", first, "--input", first)

    def test_chats_and_lists_models(self):
        for name in ROWS:
            with self.subTest(name):
                self.assertTrue(self.succeed("chat", "what is a banana?", "--provider", name).stdout.strip())
                models = self.home.json("models", "--provider", name)["models"]
                self.assertTrue(any("image" in model["id"] for model in models))

    def test_both_ways_to_an_image_of_one_provider(self):
        for api in ("images", "chat"):
            self.succeed("provider", "set", "openrouter", "--setting", f"image_api={api}")
            document = self.generate("openrouter")
            self.assertTrue(document["meta"]["response_id"].startswith("gen-img-" if api == "images" else "gen-"))
        for api, model in (("images", "azure/openai/gpt-image-1"), ("chat", "vertex/gemini-3.1-flash-image")):
            drawn = self.generate("requesty", "--model", model)["images"][0]["file"]
            self.generate("requesty", "--model", model, "--input", drawn, "--input", drawn)

    def test_goes_on_with_a_conversation(self):
        for name in ROWS:
            with self.subTest(name):
                first = self.generate(name, "--session", name)
                second = self.generate(name, "--session", name)
                self.assertGreater(second["usage"]["input_tokens"], first["usage"]["input_tokens"],
                                   "what was drawn goes back to the model")

    def test_makes_several_in_one_request_or_in_as_many_as_it_takes(self):
        for name, model in (("gemini", None), ("openrouter", None), ("openrouter", "openai/gpt-image-1"), ("requesty", None),
                            ("requesty", "azure/openai/gpt-image-1"), ("compatible", None)):
            with self.subTest(f"{name} {model}"):
                document = self.home.json("generate", "a cat", "--provider", name, "--count", "3", "--force", "--out-dir", ".",
                                          *(("--model", model) if model else ()))
                self.assertEqual(len(document["images"]), 3)

    def test_refuses_a_wrong_key(self):
        for name, emulated in ROWS.items():
            with self.subTest(name):
                done = self.fail_with(4, "configure", "--provider", name, "--force", "--api-key-stdin",
                                      text=self.emulator.providers[emulated]["bad_key"])
                self.assertIn("HTTP 4", done.stderr)

    def test_an_unknown_model_and_a_blocked_prompt_say_so_alike(self):
        for name in ROWS:
            with self.subTest(name):
                self.fail_with(1, "generate", "a cat", "--provider", name, "--model", "google/no-such-image")

    # What a refusal means has nothing to do with the words a provider has for it.
    EXITS = {"no_credit": 6, "key_limit": 6, "rate": 6, "prompt_blocked": 5, "guardrail": (5, 3), "invalid_key": 4,
             "service_disabled": 3, "no_model": 1, "upstream_error": 1, "html": 1}

    def test_every_kind_of_refusal_has_its_exit_code_and_leaves_the_key_alone(self):
        for fault, codes in self.EXITS.items():
            for name, code in zip(("openrouter", "requesty"), codes if isinstance(codes, tuple) else (codes, codes)):
                with self.subTest(f"{name} {fault}"):
                    self.home.sql("DELETE FROM patchbay_key_health")  # as if every cool-down were over
                    self.fail_with(code, "generate", f"a cat emulate:{fault}", "--provider", name, "--timeout", "3",
                                   "--out", "x.img", "--force")
        states = {key["state"] for key in self.home.keys()}
        self.assertLessEqual(states, {"active", "used"}, "the check of a key says that each works")


if __name__ == "__main__":
    support.main()
