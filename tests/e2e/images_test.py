#!/usr/bin/env python3
"""Several images at once, what stands beside them, and re-encoding: `--count`, `--sidecar`, `--convert`."""

import base64
import hashlib
import io
import json
import stat

import support

Image = support.require("PIL.Image")


class SidecarTest(support.Case):
    def test_tells_what_was_asked_and_what_came(self):
        self.configure()
        Image.new("RGB", (64, 32), "red").save(self.home.work / "in.png")
        document = self.home.json("generate", "a cat", "--input", "in.png", "--seed", "7", "--size", "1024x768",
                                  "--out", "cat.img", "--sidecar")
        self.assertEqual(document["images"][0]["sidecar"], "cat.img.json")
        path = self.home.work / "cat.img.json"
        sidecar = json.loads(path.read_text())
        image = (self.home.work / "cat.img").read_bytes()
        self.assertEqual(sidecar["file"], "cat.img")
        self.assertEqual(sidecar["sha256"], hashlib.sha256(image).hexdigest())
        self.assertEqual(sidecar["bytes"], len(image))
        self.assertEqual((sidecar["prompt"], sidecar["seed"]), ("a cat", 7))
        self.assertEqual(sidecar["inputs"][0]["sha256"],
                         hashlib.sha256((self.home.work / "in.png").read_bytes()).hexdigest())
        self.assertEqual((sidecar["provider"], sidecar["model"]), ("gemini", document["model"]))
        self.assertEqual(sidecar["response_id"], document["meta"]["response_id"])
        self.assertEqual(sidecar["parameters"], {"size": "1024x768"})
        self.assertIn("size 1024x768 -> aspect_ratio 4:3", sidecar["mapping"])
        with Image.open(io.BytesIO(image)) as opened:
            self.assertEqual((sidecar["width"], sidecar["height"]), opened.size)
        self.assertRegex(sidecar["made_at"], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$")
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), stat.S_IMODE((self.home.work / "cat.img").stat().st_mode))
        text = path.read_text().lower()
        self.assertNotIn(self.emulator.key.lower(), text)
        self.assertNotIn("x-goog", text)

    def test_is_there_only_when_asked_for(self):
        self.configure()
        self.succeed("generate", "a cat", "--out", "cat.img")
        self.assertEqual([path.name for path in self.home.work.iterdir()], ["cat.img"])

    def test_replaces_nothing_unless_forced(self):
        self.configure()
        (self.home.work / "cat.img.json").write_text("mine")
        before = self.emulator.request_count()
        self.fail_with(2, "generate", "a cat", "--out", "cat.img", "--sidecar")
        self.assertEqual(self.emulator.request_count(), before)
        self.assertEqual((self.home.work / "cat.img.json").read_text(), "mine")
        self.succeed("generate", "a cat", "--out", "cat.img", "--sidecar", "--force")
        self.assertEqual(json.loads((self.home.work / "cat.img.json").read_text())["prompt"], "a cat")


class ConvertTest(support.Case):
    def format_of(self, name):
        with Image.open(self.home.work / name) as image:
            image.load()
            return image.format

    def test_makes_what_the_suffix_says(self):
        self.configure()
        for suffix, wanted in (("png", "PNG"), ("jpg", "JPEG"), ("JPEG", "JPEG")):
            document = self.home.json("generate", "a cat", "--out", f"cat.{suffix}", "--convert", "--sidecar", "--force")
            [image] = document["images"]
            written = (self.home.work / f"cat.{suffix}").read_bytes()
            self.assertEqual(self.format_of(f"cat.{suffix}"), wanted)
            self.assertEqual(image["mime"], f"image/{wanted.lower()}")
            self.assertEqual((image["bytes"], image["sha256"]), (len(written), hashlib.sha256(written).hexdigest()))
            self.assertEqual(json.loads((self.home.work / f"cat.{suffix}.json").read_text())["sha256"], image["sha256"])

    def test_refuses_before_paying_what_it_can_never_write(self):
        self.configure()
        before = self.emulator.request_count()
        for arguments in (("--out", "cat.webp"), ("--out", "cat"), ("--out-dir", "."), ("--stdout",), ()):
            self.fail_with(2, "generate", "a cat", "--convert", *arguments)
        self.assertEqual(self.emulator.request_count(), before)

    def test_keeps_as_it_came_what_it_cannot_read(self):
        bytes_of_webp = io.BytesIO()
        Image.new("RGB", (16, 16), "green").save(bytes_of_webp, "WEBP")
        part = {"inlineData": {"mimeType": "image/webp", "data": base64.b64encode(bytes_of_webp.getvalue()).decode()}}
        answer = {"candidates": [{"content": {"parts": [part]}, "finishReason": "STOP"}]}
        server = support.RecordedAnswers(json.dumps(answer).encode())
        self.addCleanup(server.stop)
        self.succeed("init")
        self.point_at(server.url)
        self.succeed("configure", "--provider", "gemini", "--api-key-stdin", "--no-verify", text="AIza" + "x" * 35)
        done = self.home.run("generate", "a cat", "--out", "cat.png", "--convert")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("cannot turn image/webp into image/png", done.stderr)
        self.assertIn("it is kept as it came in cat.png.webp", done.stderr)
        self.assertEqual((self.home.work / "cat.png.webp").read_bytes(), bytes_of_webp.getvalue())
        self.assertFalse((self.home.work / "cat.png").exists())


class CountTest(support.Case):
    def emulate(self, *options):
        emulator = support.Emulator(*options)
        self.addCleanup(emulator.stop)
        self.point_at(emulator.url)
        return emulator

    def names(self):
        return sorted(path.name for path in self.home.work.iterdir())

    def test_sends_several_requests_where_one_makes_one_image(self):
        self.configure()
        emulator = self.emulate()
        document = self.home.json("generate", "a cat", "--count", "6", "--out", "cat-%d.img", "--seed", "100", "--sidecar")
        self.assertEqual([image["file"] for image in document["images"]], [f"cat-{n}.img" for n in range(1, 7)])
        self.assertEqual((document["asked"], document["failures"], len(document["requests"])), (6, [], 6))
        self.assertEqual(emulator.request_count(), 6)
        for number in range(1, 7):
            with Image.open(self.home.work / f"cat-{number}.img") as image:
                image.load()
            sidecar = json.loads((self.home.work / f"cat-{number}.img.json").read_text())
            self.assertEqual(sidecar["seed"], 99 + number, "the same seed would make the same image")
        self.assertEqual(document["usage"]["output_tokens"],
                         sum(request["usage"]["output_tokens"] for request in document["requests"]))

    def test_sends_one_request_where_it_can_make_several(self):
        self.succeed("init")
        document = self.home.json("placeholder", "--size", "40x30", "--count", "16", "--out", "p-%d.png")
        self.assertEqual((len(document["images"]), len(document["requests"])), (16, 1))
        document = self.home.json("placeholder", "--size", "40x30", "--count", "20", "--out", "q-%d.png")
        self.assertEqual([image["file"] for image in document["images"]], [f"q-{n}.png" for n in range(1, 21)])
        self.assertEqual([image["request"] for image in document["images"]], [0] * 16 + [1] * 4)

    def test_chooses_names_for_several(self):
        self.configure()
        done = self.succeed("generate", "a cat", "--count", "3", "--out-dir", ".")
        self.assertEqual(done.stdout.count("Image generated successfully: "), 3)
        self.assertEqual(len(self.names()), 3)

    def test_keeps_what_succeeded_and_says_what_failed(self):
        self.configure()
        self.emulate("--fault", "safety:x2")
        done = self.home.run("--json", "generate", "a cat", "--count", "5", "--out", "cat-%d.img")
        self.assertEqual(done.returncode, 5, done.stderr)
        document = json.loads(done.stdout)
        self.assertEqual(len(document["images"]), 3)
        self.assertEqual([failure["code"] for failure in document["failures"]], ["blocked", "blocked"])
        self.assertEqual(self.names(), sorted(image["file"] for image in document["images"]))
        error = json.loads(done.stderr)["error"]
        self.assertEqual(error["code"], "blocked")
        self.assertIn("only 3 of 5 images were made: API call failed - ", error["message"])

    def test_says_for_people_what_failed(self):
        self.configure()
        self.emulate("--fault", "safety:x1")
        done = self.home.run("generate", "a cat", "--count", "3", "--out", "cat-%d.img")
        self.assertEqual(done.returncode, 5)
        self.assertEqual(done.stdout.count("Image generated successfully: "), 2)
        self.assertIn("Error: only 2 of 3 images were made: API call failed - ", done.stderr)

    def test_asks_no_more_after_what_befalls_all(self):
        self.configure()
        emulator = self.emulate("--fault", "quota_day")
        done = self.fail_with(6, "generate", "a cat", "--count", "30", "--out", "cat-%d.img")
        self.assertIn("none of 30 images were made", done.stderr)
        self.assertLess(emulator.request_count(), 10)
        self.assertEqual(self.names(), [])

    def test_refuses_what_cannot_be_before_asking(self):
        self.configure()
        (self.home.work / "cat-3.img").write_text("mine")
        before = self.emulator.request_count()
        for arguments in (("--count", "2", "--out", "cat.img"), ("--count", "2", "--stdout"), ("--count", "0"),
                          ("--count", "65", "--out-dir", "."), ("--count", "4", "--out", "cat-%d.img"),
                          ("--param", "count=2", "--out-dir", ".")):
            self.fail_with(2, "generate", "a cat", *arguments)
        self.assertEqual(self.emulator.request_count(), before)
        self.succeed("generate", "a cat", "--count", "2", "--out", "cat-%d.img")

    def test_leaves_nothing_half_done_when_interrupted(self):
        self.configure()
        emulator = self.emulate("--fault", "stall_body")
        running = self.home.start("generate", "a cat", "--count", "8", "--out", "cat-%d.img")
        while not emulator.log():
            self.assertIsNone(running.poll())
        running.send_signal(support.signal.SIGINT)
        out, err = running.communicate(timeout=support.TIME_MAX)
        self.assertEqual((running.returncode, out), (130, ""), err)
        self.assertEqual(self.names(), [])


if __name__ == "__main__":
    support.main()
