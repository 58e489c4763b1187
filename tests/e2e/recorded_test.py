#!/usr/bin/env python3
"""Every recorded answer of Gemini, and every cassette of one, through the whole program: over HTTP, through adapter,
engine and sinks, equal to what an independent reading finds. Nothing here knows the answers by their names."""

import hashlib
import http.server
import json
import shutil
import sys
import threading

import support

sys.path.insert(0, str(support.SOURCE / "tests" / "contract"))
# pylint: disable=wrong-import-position
import gemini_exchanges as exchanges
import gemini_reading as gemini

KEY = "AIza" + "x" * 35
# An image that a cassette stands for need not be one.
TINY = 200


class OneAnswer:
    """A plain HTTP server: each POST gets the answer of the moment."""

    def __init__(self):
        self.answer = (200, [], b"")
        answers = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.send(200, [("Content-Type", "application/json")], b'{"models": []}')

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send(*answers.answer)

            def send(self, status, headers, body):
                self.send_response(status)
                for name, value in [*headers, ("Content-Length", str(len(body)))]:
                    self.send_header(name, value)
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


class RecordedTest(support.Case):
    emulated = False

    def setUp(self):
        super().setUp()
        self.server = OneAnswer()
        self.addCleanup(self.server.stop)
        self.succeed("init")
        self.point_at(self.server.url)
        self.succeed("configure", "--provider", "gemini", "--api-key-stdin", "--no-verify", text=KEY)
        self.untouched = self.home.path.with_name("untouched")
        shutil.copytree(self.home.path, self.untouched)

    def ask(self, exchange):
        """The program's document and exit code, in a home that knows of no other answer."""
        shutil.rmtree(self.home.path)
        shutil.copytree(self.untouched, self.home.path)
        status, headers, body = exchange.replies[-1]
        self.server.answer = (status, [tuple(header.split("=", 1)) for header in headers if header], body)
        words = ["generate", "a cat", "--out", "answer.img", "--force"] if exchange.operation == "image" else ["chat", "a cat"]
        for param in exchange.params:
            words += ["--param", param]
        (self.home.work / "answer.img").unlink(missing_ok=True)
        return self.home.run("--json", *words, "--timeout", "20")

    def compare(self, exchange):
        done = self.ask(exchange)
        docs, status = exchange.documents(), exchange.replies[-1][0]
        wanted = gemini.category(docs, status, exchange.operation, exchange.asked_for_stream)
        if wanted != "done":
            self.assertNotEqual(done.returncode, 0, done.stdout)
            self.assertEqual(json.loads(done.stderr.splitlines()[-1])["error"]["code"], wanted)
            self.assertFalse((self.home.work / "answer.img").exists(), "no file of a failed answer")
            return
        reading = gemini.Reading(docs)
        images = [part for part in reading.parts if part[:2] == ("image", "final")]
        self.assertEqual(done.returncode, 0, done.stderr)
        document = json.loads(done.stdout)
        final_text = "".join(part[2] for part in reading.parts if part[:2] == ("text", "final"))
        self.assertEqual(document.get("text", ""), final_text)
        if exchange.operation != "image":
            return
        self.assertEqual([image["sha256"] for image in document["images"]], [images[-1][3]])
        self.assertEqual(hashlib.sha256((self.home.work / "answer.img").read_bytes()).hexdigest(), images[-1][3])
        tokens = {name.removesuffix("_tokens"): count for name, count in document.get("usage", {}).items()
                  if name.endswith("_tokens")}
        self.assertEqual(tokens, reading.usage())
        self.assertEqual(document.get("meta", {}), reading.meta)

    def test_is_what_the_reading_finds(self):
        asked = [exchange for exchange in [*exchanges.cassettes(), *exchanges.recordings()]
                 if exchange.operation in ("image", "chat") and len(exchange.replies) == 1]
        self.assertGreater(len(asked), 80)
        for exchange in asked:
            with self.subTest(exchange.name):
                self.compare(exchange)


if __name__ == "__main__":
    support.main()
