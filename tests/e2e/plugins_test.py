#!/usr/bin/env python3
"""Plugins: bad files beside good ones, one that this test invents, and a program without any."""

import os
import pathlib
import shutil

import support
from zebra import ZEBRA, PluginCase, ZebraServer, build_plugin


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
        self.assertEqual(found["trust"], "isolated")
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
        self.assertIn("isolated", self.succeed("plugin", "info", "zebra").stdout)


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
