"""A provider and its plugin that the tests invent, and how a test builds a plugin."""

import base64
import http.server
import io
import json
import os
import subprocess
import threading

import support

Image = support.require("PIL.Image")

SDK = support.SOURCE / "sdk"
ZEBRA = r"""
#include <patchbay/plugin.hpp>

namespace {

patchbay::Body wish_of(const patchbay::Request& request) {
  patchbay::JsonBody json;
  json.open_object().key("wish").string(request.prompt()).close_object();
  return json.take();
}

class Zebra : public patchbay::Adapter {
  Task run(const Request& request, Io& io) override {
    auto body = wish_of(request);
    auto exchange = co_await io.post("/draw", body);
    if (exchange.status() != 200) co_return co_await io.fail_from(exchange);
    co_await io.for_each_string(exchange, "pictures[].b64", into_image);
    co_return done();
  }
};

}  // namespace

PATCHBAY_PLUGIN(Zebra, R"({"id": "example.zebra", "version": "1.2.3", "name": "zebra",
  "display_name": "Zebra Pictures", "endpoint": "https://api.zebra.example/v1",
  "auth": {"bearer": {}}, "operations": ["image"], "models": {"image": "stripes-1"},
  "key_prefixes": ["zb-"]})");
"""


def build_plugin(source, target, language="c++", *options):
    file = target.with_suffix(".cpp" if language == "c++" else ".c")
    file.write_text(source)
    compiler = ["g++", "-std=c++20", "-fno-gnu-unique"] if language == "c++" else ["gcc", "-std=c11"]
    subprocess.run([*compiler, "-shared", "-fPIC", "-fvisibility=hidden", f"-I{SDK}/include", "-Wl,-z,now",
                    f"-Wl,--version-script={SDK}/cmake/patchbay_plugin.map", *options, "-o", target, file],
                   check=True, timeout=300)
    file.unlink()


class ZebraServer:
    """The provider that the invented plugin speaks to."""

    def __init__(self, key):
        picture = io.BytesIO()
        Image.new("RGB", (40, 30), "white").save(picture, "PNG")
        self.picture = picture.getvalue()
        self.wishes = []
        zebra = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                wish = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                allowed = self.headers["Authorization"] == f"Bearer {key}" and self.path == "/v1/draw"
                zebra.wishes.append(wish["wish"])
                answer = {"pictures": [{"b64": base64.b64encode(zebra.picture).decode()}]} if allowed else {}
                text = json.dumps(answer).encode()
                self.send_response(200 if allowed else 401)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class PluginCase(support.Case):
    def setUp(self):
        super().setUp()
        self.plugins = self.home.path / "plugins"
        self.plugins.mkdir(parents=True, mode=0o700)
        os.chmod(self.home.path, 0o700)
