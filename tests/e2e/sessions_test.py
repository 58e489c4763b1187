#!/usr/bin/env python3
"""Conversations: what was said goes back to the provider as it was said, and survives any kill."""

import base64
import contextlib
import http.server
import io
import json
import random
import stat
import threading

import support

Image = support.require("PIL.Image")


def picture(color):
    out = io.BytesIO()
    Image.new("RGB", (32, 24), color).save(out, "PNG")
    return out.getvalue()


class Listener:
    """Answers each POST with the next of some documents, and keeps what was asked."""

    def __init__(self, *documents):
        self.asked = []
        answers = [json.dumps(document).encode() for document in documents]
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                listener.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                body = answers[min(len(listener.asked), len(answers)) - 1]
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1beta"

    def stop(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class EchoTest(support.Case):
    emulated = False

    def listen(self, *parts_of_answers):
        listener = Listener(*({"candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}]}
                              for parts in parts_of_answers))
        self.addCleanup(listener.stop)
        self.succeed("init")
        self.point_at(listener.url)
        self.succeed("configure", "--provider", "gemini", "--api-key-stdin", "--no-verify", text="AIza" + "x" * 35)
        return listener

    def test_sends_back_each_part_and_its_signature_byte_for_byte(self):
        drawn = base64.b64encode(picture("yellow")).decode()
        signature = base64.b64encode(random.Random(5).randbytes(2_500_000)).decode()
        listener = self.listen([{"text": "Thinking…", "thought": True, "thoughtSignature": "dGhpbms="},
                                {"text": "Voilà “it”: ", "thoughtSignature": "c2lnbmVkIHRleHQ="},
                                {"inlineData": {"mimeType": "image/png", "data": drawn}, "thoughtSignature": signature}])
        (self.home.work / "hat.png").write_bytes(picture("red"))
        self.succeed("generate", "a banana", "--input", "hat.png", "--session", "fruit", "--out", "1.png")
        document = self.home.json("generate", "now with a hat", "--session", "fruit", "--out", "2.png")
        self.assertEqual((document["session"], document["turn"]), ("fruit", 2))
        [first, answer, second] = listener.asked[1]["contents"]
        self.assertEqual(first["role"], "user")
        self.assertEqual(first["parts"][0], {"text": "a banana"})
        self.assertEqual(base64.b64decode(first["parts"][1]["inlineData"]["data"]), picture("red"))
        self.assertEqual(answer["role"], "model")
        [text, image] = answer["parts"]
        self.assertEqual(text, {"text": "Voilà “it”: ", "thoughtSignature": "c2lnbmVkIHRleHQ="})
        self.assertEqual(image["inlineData"], {"mimeType": "image/png", "data": drawn})
        self.assertEqual(image["thoughtSignature"], signature)
        self.assertEqual(second["parts"], [{"text": "now with a hat"}])

    def test_keeps_it_readable_by_its_owner_alone(self):
        self.listen([{"inlineData": {"mimeType": "image/png", "data": base64.b64encode(picture("yellow")).decode()}}])
        self.succeed("generate", "a banana", "--session", "fruit", "--out", "1.png")
        folder = self.home.path / "sessions" / "fruit"
        self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)
        for path in folder.iterdir():
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path.name)

    def test_keeps_the_system_words_and_takes_new_ones(self):
        listener = self.listen([{"text": "ok"}])
        self.succeed("chat", "hello", "--system", "be brief", "--session", "talk")
        self.succeed("chat", "and you?", "--session", "talk")
        self.succeed("chat", "bye", "--system", "be kind", "--session", "talk")
        said = [asked["systemInstruction"]["parts"][0]["text"] for asked in listener.asked]
        self.assertEqual(said, ["be brief", "be brief", "be kind"])
        self.assertEqual(len(listener.asked[2]["contents"]), 5)

    def test_a_turn_that_failed_was_never_said(self):
        listener = self.listen([{"text": "I will not draw."}],
                               [{"inlineData": {"mimeType": "image/png", "data": base64.b64encode(picture("red")).decode()}}])
        self.fail_with(1, "generate", "a banana", "--session", "fruit", "--out", "1.png")
        self.assertFalse((self.home.path / "sessions" / "fruit").exists())
        self.succeed("generate", "an apple", "--session", "fruit", "--out", "1.png")
        self.assertEqual(listener.asked[-1]["contents"], [{"role": "user", "parts": [{"text": "an apple"}]}])


class SessionTest(support.Case):
    def test_goes_on_across_chat_and_images_and_is_listed_and_removed(self):
        self.configure()
        self.succeed("chat", "what is a banana?", "--session", "fruit")
        self.succeed("chat", "and a plantain?", "--session", "fruit")
        self.succeed("generate", "draw one", "--session", "fruit", "--out", "1.img")
        self.succeed("generate", "draw", "--session", "another", "--out", "2.img")
        [another, fruit] = self.home.json("session", "list")["sessions"]
        self.assertEqual((fruit["name"], fruit["provider"], fruit["turns"]), ("fruit", "gemini", 3))
        self.assertGreater(fruit["bytes"], 1_000_000, "the signature is kept")
        self.assertEqual(another["turns"], 1)
        self.assertIn("fruit", self.succeed("session", "list").stdout)
        record = json.loads((self.home.path / "sessions" / "fruit" / "session.json").read_text())
        self.assertEqual([len(message["parts"]) for message in record["messages"][:4]], [1, 1, 1, 1],
                         "what a stream cut up is one text again")
        self.succeed("session", "remove", "fruit")
        self.assertEqual([session["name"] for session in self.home.json("session", "list")["sessions"]], ["another"])
        self.assertEqual([path.name for path in (self.home.path / "sessions").iterdir()], ["another"])
        self.fail_with(2, "session", "remove", "fruit")

    def test_refuses_names_that_lead_elsewhere_before_asking(self):
        self.configure()
        before = self.emulator.request_count()
        for name in ("../fruit", "a/b", ".fruit", "", "x" * 65):
            self.fail_with(2, "chat", "hello", f"--session={name}")
            self.fail_with(2, "session", "remove", name)
        self.fail_with(2, "generate", "a cat", "--session", "cat", "--count", "2", "--out-dir", ".")
        self.assertEqual(self.emulator.request_count(), before)

    def test_refuses_another_provider(self):
        self.configure()
        self.succeed("chat", "hello", "--session", "talk")
        done = self.fail_with(2, "generate", "hello", "--session", "talk", "--provider", "placeholder")
        self.assertIn("the session 'talk' is with provider 'gemini'", done.stderr)

    def test_refuses_a_second_command_at_once(self):
        self.configure()
        emulator = support.Emulator("--fault", "stall_head")
        self.addCleanup(emulator.stop)
        self.point_at(emulator.url)
        running = self.home.start("chat", "hello", "--session", "talk")
        self.addCleanup(running.communicate)
        while not emulator.log():
            self.assertIsNone(running.poll())
        done = self.fail_with(2, "chat", "me too", "--session", "talk")
        self.assertIn("in use by another command", done.stderr)
        self.fail_with(2, "session", "remove", "talk")
        running.send_signal(support.signal.SIGINT)
        self.assertEqual(running.wait(support.TIME_MAX), 130)
        self.assertFalse((self.home.path / "sessions" / "talk").exists())


class KillTest(support.Case):
    emulator_options = ("--image-bytes", "400K")
    rounds = 25

    def test_leaves_the_conversation_with_the_turn_or_without_it(self):
        self.configure()
        chance = random.Random(20260202)
        turns = turns_max = 3  # a provider takes so many images and no more
        killed = 0
        for number in range(self.rounds):
            if turns == turns_max:
                self.home.run("session", "remove", "fruit")
                self.succeed("generate", "begin", "--session", "fruit", "--out", f"first-{number}.img",
                             "--model", "gemini-2.5-flash-image")
                turns = 1
            running = self.home.start("generate", f"try {number}", "--session", "fruit", "--out", f"{number}.img",
                                      "--timeout", "30")
            with contextlib.suppress(support.subprocess.TimeoutExpired):
                running.wait(chance.uniform(0.02, 0.9))
            running.kill()
            running.communicate(timeout=support.TIME_MAX)
            killed += running.returncode != 0
            [listed] = self.home.json("session", "list")["sessions"]
            self.assertNotIn("problem", listed)
            self.assertIn(listed["turns"], (turns, turns + 1))
            turns = listed["turns"]
        self.assertGreater(killed, 0, "nothing was killed in time")
        document = self.home.json("generate", "the last", "--session", "fruit", "--out", "last.img")
        self.assertEqual(document["turn"], turns + 1)
        folder = self.home.path / "sessions" / "fruit"
        record = json.loads((folder / "session.json").read_text())
        named = {part["file"] for message in record["messages"] for part in message["parts"] if "file" in part}
        self.assertEqual({path.name for path in folder.iterdir()}, named | {"session.json", "lock"},
                         "what a kill left behind is gone")


if __name__ == "__main__":
    support.main()
