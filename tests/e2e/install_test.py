#!/usr/bin/env python3
"""What `cmake --install` puts in place: a program that finds its plugins, its manual and its completions."""

import os
import pathlib
import subprocess
import tempfile

import support


class InstallTest(support.Case):
    emulated = False

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="patchbay-install-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()
        os.chmod(self.root, 0o755)
        done = subprocess.run(["cmake", "--install", support.BUILD, "--prefix", "/usr"], text=True,
                              capture_output=True, env={**os.environ, "DESTDIR": str(self.root)})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.usr = self.root / "usr"

    def test_the_program_runs_and_finds_its_plugins(self):
        program = self.usr / "bin" / "patchbay"
        self.assertTrue(program.exists())
        done = self.home.run("placeholder", "x", "--size", "20x10", "--out", "p.png", program=program)
        self.assertEqual(done.returncode, 0, done.stderr)
        plugins = support.json.loads(self.home.run("--json", "plugin", "list", program=program).stdout)
        self.assertEqual(plugins["refused"], [])
        self.assertEqual({(pathlib.Path(row["path"]).name, row["trust"]) for row in plugins["plugins"]},
                         {(f"{name}.so", "bundled") for name in
                          ("gemini", "openai_compatible", "openrouter", "placeholder", "requesty")})
        for row in plugins["plugins"]:
            self.assertTrue(row["path"].startswith(str(self.usr)), row)

    def test_nothing_can_be_changed_by_others(self):
        for path in self.usr.rglob("*"):
            self.assertEqual(path.stat().st_mode & 0o022, 0, path)

    def test_the_manual_and_the_completions_are_there(self):
        share = self.usr / "share"
        self.assertEqual((share / "man/man1/patchbay.1").read_text(), (support.SOURCE / "docs/patchbay.1").read_text())
        for shell, place in (("bash", "bash-completion/completions/patchbay"), ("zsh", "zsh/site-functions/_patchbay"),
                             ("fish", "fish/vendor_completions.d/patchbay.fish")):
            self.assertEqual((share / place).read_text(), self.succeed("completion", shell).stdout)


if __name__ == "__main__":
    support.main()
