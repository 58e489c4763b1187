#!/usr/bin/env python3
"""Plugins: bad files beside good ones, one that this test invents, and a program without any."""

import base64
import http.server
import io
import json
import os
import pathlib
import shutil
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


class BadPluginTest(PluginCase):
    def test_bad_files_are_listed_with_their_reason_and_all_else_works(self):
        bundled = support.BUILD / "lib" / "patchbay" / "plugins" / "gemini.so"
        whole = bundled.read_bytes()
        (self.plugins / "cut.so").write_bytes(whole[: len(whole) // 2])
        (self.plugins / "text.so").write_text("this is no program\n")
        (self.plugins / "empty.so").write_bytes(b"")
        (self.plugins / "open.so").write_bytes(whole)
        os.chmod(self.plugins / "open.so", 0o666)
        (self.plugins / "dangling.so").symlink_to("nowhere.so")
        build_plugin("int unrelated = 1;\n", self.plugins / "strange.so", "c")
        manifest = ('{\\"id\\": \\"a.b\\", \\"version\\": \\"1.0.0\\", \\"name\\": \\"ab\\", \\"operations\\": [\\"image\\"], '
                    '\\"no_credential\\": true, \\"abi_minor\\": 99}')
        build_plugin(f'#include <patchbay/plugin.h>\nPATCHBAY_MANIFEST("{manifest}");\n'
                     "const patchbay_module *patchbay_plugin_v1(void) { return 0; }\n", self.plugins / "newer.so", "c")
        self.configure()
        refused = {pathlib.Path(entry["path"]).name: entry["reason"] for entry in self.home.json("plugin", "list")["refused"]}
        self.assertEqual(set(refused), {"cut.so", "text.so", "empty.so", "open.so", "dangling.so", "strange.so", "newer.so"})
        self.assertTrue(all(refused.values()))
        self.assertIn("newer host", refused["newer.so"])
        listed = self.succeed("plugin", "list").stdout
        for name, reason in refused.items():
            self.assertIn(f"/{name} {reason}", listed)
        self.succeed("generate", "a cat", "--out", "a.img")
        self.fail_with(9, "plugin", "trust", self.plugins / "cut.so", "--yes")


class InventedPluginTest(PluginCase):
    def test_is_trusted_takes_a_key_and_makes_an_image(self):
        self.succeed("init")
        build_plugin(ZEBRA, self.plugins / "zebra.so", "c++", "-Wl,-z,defs")
        [found] = [entry for entry in self.home.json("plugin", "list")["plugins"] if entry["path"].endswith("zebra.so")]
        self.assertEqual(found["trust"], "needs trust")
        self.assertNotIn("zebra", [row["name"] for row in self.home.json("provider", "list")["providers"]
                                   if row["state"] == "active"])
        self.trust()
        server = ZebraServer("zb-secret-of-the-zebra")
        self.addCleanup(server.stop)
        self.assertIn("zebra", [row["name"] for row in self.home.json("provider", "list")["providers"]])
        self.succeed("provider", "set", "zebra", "--endpoint", server.url, "--allow-private")
        self.succeed("configure", "--api-key-stdin", text="zb-secret-of-the-zebra\n")
        document = self.home.json("generate", "a striped horse", "--out", "zebra.png")
        self.assertEqual((document["provider"], document["model"]), ("zebra", "stripes-1"))
        self.assertEqual((self.home.work / "zebra.png").read_bytes(), server.picture)
        self.assertEqual(server.wishes, ["a striped horse"])
        self.change_a_byte()

    def trust(self):
        asked = self.fail_with(2, "plugin", "trust", "zebra")
        for words in ("https://api.zebra.example/v1", "authorization", "Bearer"):
            self.assertIn(words, asked.stderr)
        (self.home.path / "owner.key").rename(self.home.work / "owner.key")
        self.fail_with(4, "plugin", "trust", "zebra", "--yes")
        (self.home.work / "owner.key").rename(self.home.path / "owner.key")
        self.succeed("plugin", "trust", "zebra", "--yes")
        self.assertIn("vouched", self.succeed("plugin", "info", "zebra").stdout)

    def change_a_byte(self):
        """Trust is for exactly the file that was looked at."""
        file = self.plugins / "zebra.so"
        changed = file.read_bytes().replace(b"1.2.3", b"1.2.4")
        file.unlink()
        file.write_bytes(changed)
        self.assertIn("needs trust", self.succeed("plugin", "info", "zebra").stdout)
        self.fail_with(9, "generate", "another", "--provider", "zebra", "--out", "b.png")


class NoPluginTest(PluginCase):
    def test_without_its_plugin_a_provider_is_unsupported(self):
        program = self.home.work / "bin" / "patchbay"
        program.parent.mkdir()
        shutil.copy(support.PROGRAM, program)
        done = self.home.run("init", program=program)
        self.assertEqual(done.returncode, 0, done.stderr)
        for arguments in (("generate", "a cat", "--provider", "gemini"),
                          ("configure", "--provider", "gemini", "--api-key", "x")):
            done = self.home.run(*arguments, program=program)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn("Error: Unsupported provider 'gemini'. Supported providers:", done.stderr)
        self.assertEqual(self.home.run("provider", "list", program=program).returncode, 0)


if __name__ == "__main__":
    support.main()
