#!/usr/bin/env python3
"""Installs the SDK alone, builds plugins against it outside this tree with every compiler, and runs them in one host."""

import filecmp
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TOGETHER, CMAKE = sys.argv[1:3]
SOURCE = pathlib.Path(__file__).resolve().parent
SDK = SOURCE.parent.parent / "sdk"
BUILD = os.environ["PATCHBAY_BUILD_DIR"]
CLANG = shutil.which("clang++-19") and "clang-19"
WARNINGS = "-Wall -Wextra -Wpedantic"


def run(*words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def files(folder):
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


class InstalledSdkTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="patchbay-sdk-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.stage = cls.folder / "stage"
        run(CMAKE, "--install", BUILD, "--component", "SDK", "--prefix", cls.stage)

    def build(self, name, project, *options):
        """The plugin that a stranger's project makes of it."""
        build = self.folder / name
        run(CMAKE, "-S", SOURCE / "consumer" / project, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.stage}",
            "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_COMPILE_WARNING_AS_ERROR=ON", f"-DCMAKE_CXX_FLAGS={WARNINGS}",
            f"-DCMAKE_C_FLAGS={WARNINGS}", *options)
        run(CMAKE, "--build", build)
        return next(build.glob("*.so"))

    def build_by_pkg_config(self, compiler, standard, source):
        environment = {**os.environ, "PKG_CONFIG_PATH": str(self.stage / "share" / "pkgconfig")}
        flags = run("pkg-config", "--cflags", "--libs", "patchbay-sdk", env=environment).split()
        plugin = self.folder / f"by_pkg_config{source.suffix}.so"
        run(compiler, standard, *WARNINGS.split(), "-Werror", source, *flags, "-o", plugin)
        return plugin

    def test_plugins_of_every_compiler_run_in_one_host(self):
        plugins = {
            "g++": self.build("gcc", "cpp", "-DCMAKE_CXX_COMPILER=g++"),
            "C": self.build("c", "c", "-DCMAKE_C_COMPILER=gcc"),
            "C by pkg-config": self.build_by_pkg_config("gcc", "-std=c11", SOURCE / "consumer/c/plugin.c"),
            "g++ by pkg-config": self.build_by_pkg_config("g++", "-std=c++20", SOURCE / "consumer/cpp/plugin.cpp"),
        }
        if CLANG:
            plugins["clang 19"] = self.build("clang", "cpp", "-DCMAKE_CXX_COMPILER=clang++-19")
            plugins["C of clang 19"] = self.build("clang_c", "c", "-DCMAKE_C_COMPILER=clang-19")
        else:
            print("SKIPPED in part: there is no clang++-19", file=sys.stderr)
        seen = [json.loads(line) for line in run(TOGETHER, self.folder / "copies", *plugins.values()).splitlines()]
        self.assertEqual(len(seen), 2 * len(plugins))
        for name, session in zip([*plugins, *plugins], seen):
            self.assertEqual((session["ending"], session["violations"]), ("done", 0), name)
            self.assertEqual(session["parts"][0]["data"], "plain C" if name.startswith("C") else "QUJD", name)
        print(run(sys.executable, "-B", SOURCE / "plugin_files.py", *plugins.values()))

    def test_the_sdk_alone_installs_the_same(self):
        build, stage = self.folder / "alone", self.folder / "alone-stage"
        run(CMAKE, "-S", SDK, "-B", build, "-G", "Ninja")
        run(CMAKE, "--install", build, "--prefix", stage)
        self.assertEqual(files(stage), files(self.stage))
        compared = [path for path in files(stage) if path.name != "PatchbayConfigVersion.cmake"]  # states sizeof(void*)
        self.assertEqual(filecmp.cmpfiles(stage, self.stage, compared, shallow=False)[1:], ([], []))

    def test_it_installs_every_header_and_nothing_else_than_the_package(self):
        installed = {str(path) for path in files(self.stage)}
        package = {f"share/cmake/Patchbay/{name}" for name in (
            "PatchbayConfig.cmake", "PatchbayConfigVersion.cmake", "PatchbaySdkTargets.cmake",
            "PatchbayAddPlugin.cmake", "patchbay_plugin.map")} | {"share/pkgconfig/patchbay-sdk.pc"}
        self.assertEqual(installed, package | {str(path) for path in map(pathlib.Path, (
            f"include/{file}" for file in files(SDK / "include")))})

    def test_an_unknown_component_or_version_is_refused(self):
        for words in ("Patchbay CONFIG REQUIRED COMPONENTS Nonsense", "Patchbay 99 CONFIG REQUIRED COMPONENTS SDK"):
            project = self.folder / "wrong"
            project.mkdir(exist_ok=True)
            (project / "CMakeLists.txt").write_text(
                f"cmake_minimum_required(VERSION 3.25)\nproject(wrong LANGUAGES NONE)\nfind_package({words})\n")
            done = subprocess.run([CMAKE, "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={self.stage}"],
                                  capture_output=True, text=True)
            self.assertNotEqual(done.returncode, 0, words)
            self.assertIn("Patchbay", done.stderr)

    def test_the_readme_shows_the_very_plugin_that_is_built_here(self):
        self.assertIn((SOURCE / "consumer/cpp/plugin.cpp").read_text(), (SDK / "README.md").read_text())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
