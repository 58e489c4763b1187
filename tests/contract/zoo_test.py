#!/usr/bin/env python3
"""Plugins that break the contract, one way each: `plugin check` finds each by the check meant for it, and by no other."""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv[1])
SOURCE = pathlib.Path(__file__).resolve().parent
ZOO = SOURCE / "zoo"
SDK = SOURCE.parent.parent / "sdk"
BROKEN = {"fail", "crash", "timeout"}
VERDICTS = {"arguments_close_null": "crash", "questions_empty": "crash", "questions_exit": "crash", "close_midway": "crash",
            "cancel_hangs": "timeout", "hostile_bodies_nul": "crash", "older_host_unchecked": "crash", "fuzz_twice": "crash"}
COUNT_MIN = 20


def run(*words, **more):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, **more)


def compiled(*words):
    done = run(*words)
    assert done.returncode == 0, f"{' '.join(map(str, words))}\n{done.stderr}"


class Zoo:
    """Every plugin of the folder, built into another."""

    def __init__(self, folder):
        self.folder = folder
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        os.environ["TMPDIR"] = str(self.temporary)  # of the programs that are started here
        self.map = SDK / "cmake" / "patchbay_plugin.map"
        self.make_libraries()
        self.plugins = {source.stem: self.build(source) for source in sorted(ZOO.glob("*.c*"))}

    def make_libraries(self):
        """A C library of tomorrow, and what the linker is told to export."""
        (self.folder / "tomorrow.c").write_text("int zoo_call_of_tomorrow(void) { return 0; }\n")
        (self.folder / "tomorrow.map").write_text("GLIBC_2.99 { zoo_call_of_tomorrow; };\n")
        (self.folder / "everything.map").write_text("{ global: patchbay_plugin_v1; zoo_answer; local: *; };\n")
        (self.folder / "shared.map").write_text("{ global: patchbay_plugin_v1; _ZN3zoo6sharedE; local: *; };\n")
        self.tomorrow = self.folder / "libc.so.6"
        compiled("gcc", "-shared", "-fPIC", "-nostdlib", "-Wl,-soname,libc.so.6", "-o", self.tomorrow,
                 f"-Wl,--version-script={self.folder}/tomorrow.map", self.folder / "tomorrow.c")

    def build(self, source):
        options = {"binding_lazy": ["-Wl,-z,lazy"], "libraries_zlib": ["-Wl,--no-as-needed", "-lz"],
                   "system_versions_newer": [self.tomorrow],
                   "exports_more": [f"-Wl,--version-script={self.folder}/everything.map"],
                   "unique_symbols": [f"-Wl,--version-script={self.folder}/shared.map", "-fgnu-unique"]}
        compiler = ["gcc", "-std=gnu11"] if source.suffix == ".c" else ["g++", "-std=c++20"]
        own = options.get(source.stem, [])
        script = [] if "version-script" in "".join(map(str, own)) else [f"-Wl,--version-script={self.map}"]
        now = [] if source.stem == "binding_lazy" else ["-Wl,-z,now"]
        plugin = self.folder / f"{source.stem}.so"
        compiled(*compiler, "-shared", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra", f"-I{SDK}/include", f"-I{ZOO}",
                 source, "-o", plugin, *script, *now, *own)
        return plugin


class ZooTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="patchbay-zoo-")
        cls.addClassCleanup(folder.cleanup)
        cls.zoo = Zoo(pathlib.Path(folder.name))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            cls.seen = dict(zip(cls.zoo.plugins, pool.map(cls.checked, cls.zoo.plugins)))

    @classmethod
    def checked(cls, name):
        cassettes = ZOO / "cassettes"
        if name.startswith("cassettes_"):
            cassettes = cls.zoo.folder / "expected"
            cassettes.mkdir()
            (cassettes / "two_lines.cassette").write_bytes((ZOO / "cassettes/two_lines.cassette").read_bytes())
            done = run(PROGRAM, "plugin", "check", cls.zoo.plugins["healthy"], cassettes, "--expect", "--only", "cassettes")
            assert done.returncode == 0, done.stdout + done.stderr
        limit = "10s" if name == "cancel_hangs" else "100s"
        done = run(PROGRAM, "--json", "plugin", "check", cls.zoo.plugins[name], cassettes, "--timeout", limit,
                   "--rounds", "2000" if name.startswith("fuzz") else "300")
        return done.returncode, json.loads(done.stdout)

    def test_the_healthy_one_reaches_the_top(self):
        code, document = self.seen["healthy"]
        self.assertEqual((code, document["level"]), (0, document["level_max"]), document)

    def test_each_is_found_by_the_check_meant_for_it_and_by_no_other(self):
        names = [check["name"] for check in self.seen["healthy"][1]["checks"]]
        untried = {check["name"] for check in self.seen["healthy"][1]["checks"] if check["verdict"] == "skip"}
        if untried:
            print(f"SKIPPED in part: this build cannot try {', '.join(sorted(untried))}", file=sys.stderr)
        self.assertGreaterEqual(len(self.seen) - len(untried), COUNT_MIN + 1)
        for name, (code, document) in self.seen.items():
            meant = max((check for check in names if name.startswith(check)), key=len, default=None)
            if name == "healthy" or meant in untried:
                continue
            if untried and name == "canary_stack":  # it reads beyond its frame, which the address sanitizer forbids
                continue
            with self.subTest(name):
                found = {check["name"]: check["verdict"] for check in document["checks"] if check["verdict"] in BROKEN}
                words = [(check["name"], check["detail"]) for check in document["checks"] if check["verdict"] in BROKEN]
                self.assertEqual(found, {meant: VERDICTS.get(name, "fail")}, words)
                self.assertTrue(all(detail for _, detail in words), words)
                level = next(check["level"] for check in document["checks"] if check["name"] == meant)
                self.assertEqual((code, document["level"]), (9, level - 1))

    def test_every_check_has_an_animal(self):
        meant = {max((check["name"] for check in self.seen["healthy"][1]["checks"] if name.startswith(check["name"])),
                     key=len) for name in self.seen if name != "healthy"}
        self.assertEqual({check["name"] for check in self.seen["healthy"][1]["checks"]} - meant, set())

    def test_a_crash_of_fuzzing_comes_again_by_its_seed(self):
        plugin = self.zoo.plugins["fuzz_twice"]
        details = {seed: [self.fuzz(plugin, seed) for _ in range(2)] for seed in ("1", "2")}
        for first, again in details.values():
            self.assertEqual(first, again)
            self.assertIn("round", first)
        self.assertNotEqual(details["1"], details["2"])

    def fuzz(self, plugin, seed):
        done = run(PROGRAM, "--json", "plugin", "check", plugin, ZOO / "cassettes", "--only", "fuzz", "--seed", seed)
        [check] = json.loads(done.stdout)["checks"]
        self.assertEqual((done.returncode, check["verdict"]), (9, "crash"), check)
        return check["detail"]

    def test_words_for_people(self):
        done = run(PROGRAM, "plugin", "check", self.zoo.plugins["chunks_partial_line"], ZOO / "cassettes", "--only", "chunks",
                   "--only", "borrowed")
        self.assertEqual(done.returncode, 9)
        self.assertRegex(done.stdout, r"5  fail     chunks +\S.*: wanted: .*; seen: ")
        self.assertIn("1 checks are broken.", done.stdout)
        for words in (("--only", "chunk"), ("--seed", "x"), ("nowhere.so",)):
            wrong = run(PROGRAM, "plugin", "check", self.zoo.plugins["healthy"], *words)
            self.assertEqual(wrong.returncode, 2, wrong.stderr)
            self.assertIn("Error: ", wrong.stderr)

    def test_nothing_stays_behind(self):
        self.assertEqual(list(self.zoo.temporary.iterdir()), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
