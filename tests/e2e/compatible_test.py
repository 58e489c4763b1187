#!/usr/bin/env python3
"""A provider that nobody wrote an adapter for: usable by two commands, or by a table in the file."""

import base64
import http.server
import io
import json
import threading

import support

Image = support.require("PIL.Image")

KEY = "stranger-key-0123456789"
MODELS = ["stranger-draw", "stranger-talk"]


def picture(size):
    """A PNG of that size, in base64."""
    file = io.BytesIO()
    Image.new("RGB", size, (40, 90, 160)).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


class Stranger:
    """An API of the usual shape, of its own making: it keeps what it was asked."""

    def __init__(self):
        self.requests = []
        stranger = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self._answer(None)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                is_json = self.headers["Content-Type"] == "application/json"
                self._answer(json.loads(body) if is_json else body)

            def _answer(self, body):
                stranger.requests.append((self.path, self.headers, body))
                if not stranger.is_known(self.headers):
                    return self._send(401, {"error": {"message": "Unknown key", "type": "invalid_request_error",
                                                      "param": None, "code": "invalid_api_key"}})
                if self.path.endswith("/models"):
                    return self._send(200, {"object": "list", "data": [{"id": name} for name in MODELS]})
                if self.path.endswith("/chat/completions"):
                    return self._chat(body)
                count = body.get("n", 1) if isinstance(body, dict) else 1
                data = [{"b64_json": picture((96, 64 + i))} for i in range(count)]
                return self._send(200, {"created": 1, "data": data,
                                        "usage": {"input_tokens": 3, "output_tokens": 4, "total_tokens": 7}})

            def _chat(self, body):
                chunks = [{"choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}]}
                          for word in ("A ", "fruit.")]
                chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
                text = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
                assert body["stream"] is True
                self._send(200, text, "text/event-stream")

            def _send(self, status, body, kind="application/json"):
                data = (body if isinstance(body, str) else json.dumps(body)).encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v7"

    @staticmethod
    def is_known(headers):
        return f"Bearer {KEY}" == headers["Authorization"] or KEY == headers["api-key"]

    def stop(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class CompatibleTest(support.Case):
    emulated = False

    def setUp(self):
        super().setUp()
        self.stranger = Stranger()
        self.addCleanup(self.stranger.stop)
        self.succeed("init")

    def add(self, *options):
        self.succeed("provider", "add", "stranger", "--adapter", "openai_compatible", "--endpoint",
                     self.stranger.url, "--allow-private", "--model", "stranger-draw", *options)

    def configure(self, name="stranger", *options):
        return self.succeed("configure", "--provider", name, "--api-key-stdin", *options, text=KEY)

    def test_is_usable_two_commands_later(self):
        self.add("--auth-type", "bearer")
        said = self.configure()
        self.assertIn(self.stranger.url.removesuffix("/v7") + " and nowhere else", said.stderr)
        document = self.home.json("generate", "a cat", "--provider", "stranger", "--aspect-ratio", "16:9",
                                  "--out", "cat.png")
        self.assertEqual((document["provider"], document["model"]), ("stranger", "stranger-draw"))
        self.assertEqual(document["usage"], {"input_tokens": 3, "output_tokens": 4, "total_tokens": 7})
        self.assertEqual(document["meta"]["mapping"], "aspect_ratio 16:9 -> size 1344x768")
        with Image.open(self.home.work / "cat.png") as image:
            image.load()
            self.assertEqual(image.size, (96, 64))
        path, headers, body = self.stranger.requests[-1]
        self.assertEqual(path, "/v7/images/generations")
        self.assertEqual(headers["Authorization"], f"Bearer {KEY}")
        self.assertEqual(body, {"model": "stranger-draw", "prompt": "a cat", "size": "1344x768",
                                "response_format": "b64_json"})

    def test_edits_chats_and_lists_its_models(self):
        self.add("--chat-model", "stranger-talk")
        self.configure()
        self.succeed("generate", "a cat", "--out", "cat.png")
        self.succeed("generate", "with a hat", "--input", "cat.png", "--out", "hat.png")
        path, headers, body = self.stranger.requests[-1]
        self.assertEqual(path, "/v7/images/edits")
        self.assertTrue(headers["Content-Type"].startswith("multipart/form-data; boundary="))
        self.assertIn((self.home.work / "cat.png").read_bytes(), body)
        done = self.succeed("chat", "what is a banana?")
        self.assertEqual(done.stdout, "A fruit.\n")
        self.assertEqual(self.stranger.requests[-1][2]["model"], "stranger-talk")
        listed = self.home.json("models", "--provider", "stranger")
        self.assertEqual([model["id"] for model in listed["models"]], MODELS)

    def test_takes_its_key_in_a_header_and_its_ways_from_settings(self):
        self.add("--auth-type", "api_key", "--setting", "images_path=/draw", "--setting",
                 "size_field=width,height", "--setting", 'extra_body={"steps": 4}', "--setting",
                 "response_format=off")
        self.configure()
        self.succeed("generate", "a cat", "--size", "640x480", "--out", "cat.png")
        path, headers, body = self.stranger.requests[-1]
        self.assertEqual(path, "/v7/draw")
        self.assertEqual(headers["api-key"], KEY)
        self.assertNotIn("Authorization", headers)
        self.assertEqual(body, {"model": "stranger-draw", "prompt": "a cat", "width": 640, "height": 480, "steps": 4})

    def test_comes_from_the_file_alone(self):
        config = self.home.path / "patchbay.toml"
        config.write_text(config.read_text() + f"""
[providers.written]
adapter = "openai_compatible"
endpoint = "{self.stranger.url}"
allow_private = true
display_name = "Written down"
model = "stranger-draw"
images_path = "/paint"
""")
        self.configure("written")
        document = self.home.json("generate", "a cat", "--provider", "written", "--out", "cat.png")
        self.assertEqual(document["provider"], "written")
        self.assertEqual(self.stranger.requests[-1][0], "/v7/paint")
        shown = self.home.json("provider", "show", "written")
        self.assertEqual(shown["display_name"], "Written down")

    def test_says_what_is_wrong_with_a_table_and_goes_on(self):
        config = self.home.path / "patchbay.toml"
        config.write_text(config.read_text() + """
[providers.one]
adapter = "openai_compatibel"
endpoint = "https://api.one.example/v1"

[providers.two]
adapter = "openai_compatible"
endpoint = "https://api.two.example/v1"
image_pth = "/x"
""")
        done = self.succeed("provider", "list")
        self.assertIn("no plugin has an adapter 'openai_compatibel'", done.stderr)
        self.assertIn("has no setting 'image_pth'", done.stderr)

    def test_refuses_a_wrong_key_and_an_unknown_adapter(self):
        self.add()
        done = self.fail_with(4, "configure", "--provider", "stranger", "--api-key-stdin", text="wrong-key-9876543210")
        self.assertIn("Unknown key", done.stderr)
        done = self.fail_with(3, "provider", "add", "other", "--adapter", "nobody", "--endpoint", "https://x.example")
        self.assertIn("no plugin has an adapter 'nobody'", done.stderr)
        done = self.fail_with(3, "configure", "--provider", "openai_compatible", "--api-key-stdin", text=KEY)
        self.assertIn("provider add NAME --adapter openai_compatible", done.stderr)
        done = self.home.run("generate", "a cat", "--provider", "openai_compatible")
        self.assertEqual(done.returncode, 2)
        self.assertIn("provider add NAME --adapter openai_compatible", done.stderr)


if __name__ == "__main__":
    support.main()
