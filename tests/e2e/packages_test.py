#!/usr/bin/env python3
"""The Debian packages and the archive: what is in them, and that it runs from wherever it is unpacked."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import support

PACKAGES = {"libpatchbay0", "libpatchbay-dev", "patchbay", "patchbay-plugins"}


def run(*words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}")
    return done.stdout


class PackagesTest(support.Case):
    emulated = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for tool in ("dpkg-deb", "dpkg-shlibdeps", "cpack"):
            if not shutil.which(tool):
                print(f"SKIPPED: there is no {tool}", file=sys.stderr)
                sys.exit(support.SKIPPED)
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="patchbay-packages-")).resolve()
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.folder.chmod(0o755)
        run("cpack", "--config", support.BUILD / "CPackConfig.cmake", "-G", "DEB", "-B", cls.folder / "deb")
        cls.packages = {path.name.split("_")[0]: path for path in (cls.folder / "deb").glob("*.deb")}

    def contents(self, name):
        return {line.split()[5].removeprefix(".") for line in
                run("dpkg-deb", "--contents", self.packages[name]).splitlines()}

    def field(self, name, field):
        return run("dpkg-deb", "--field", self.packages[name], field).strip()

    def test_each_package_has_its_part(self):
        self.assertEqual(set(self.packages), PACKAGES)
        self.assertTrue(any(path.endswith("/libpatchbay.so.0") for path in self.contents("libpatchbay0")))
        self.assertIn("/usr/include/patchbay/host.h", self.contents("libpatchbay-dev"))
        self.assertIn("/usr/include/patchbay/plugin.h", self.contents("libpatchbay-dev"))
        self.assertIn("/usr/bin/patchbay", self.contents("patchbay"))
        self.assertIn("/usr/share/man/man1/patchbay.1", self.contents("patchbay"))
        self.assertIn("/usr/lib/patchbay/plugins/placeholder.so", self.contents("patchbay-plugins"))
        files = [path for name in PACKAGES for path in self.contents(name) if not path.endswith("/")]
        self.assertEqual(len(files), len(set(files)), "two packages hold the same file")

    def test_they_depend_on_what_they_need(self):
        self.assertIn("libcurl", self.field("libpatchbay0", "Depends"))
        self.assertIn("libcurl", self.field("patchbay", "Depends"))
        self.assertIn("libpatchbay0 (=", self.field("libpatchbay-dev", "Depends"))
        for name in PACKAGES:
            self.assertNotEqual(self.field(name, "Description"), "", name)
            self.assertNotEqual(self.field(name, "Maintainer"), "", name)

    def test_the_program_and_an_application_run_from_them(self):
        root = self.folder / "root"
        for path in self.packages.values():
            run("dpkg-deb", "--extract", path, root)
        program = root / "usr/bin/patchbay"
        done = self.home.run("placeholder", "x", "--size", "20x10", "--out", "p.png", program=program)
        self.assertEqual(done.returncode, 0, done.stderr)
        application = self.folder / "smallest"
        library = next(root.rglob("libpatchbay.so")).parent
        run("gcc", "-std=c11", support.SOURCE / "docs/examples/embedding/smallest.c", f"-I{root}/usr/include",
            f"-L{library}", "-lpatchbay", f"-Wl,-rpath,{library}", "-o", application)
        run(application, self.home.path, "placeholder", self.home.work / "q.png", "x", env=support.environment())
        self.assertTrue((self.home.work / "q.png").exists())

    def test_the_archive_runs_from_wherever_it_is_unpacked(self):
        run("cpack", "--config", support.BUILD / "CPackConfig.cmake", "-G", "TGZ", "-B", self.folder / "tgz")
        archive, = (self.folder / "tgz").glob("*.tar.gz")
        place = self.folder / "any where"
        place.mkdir(mode=0o755)
        run("tar", "-xzf", archive, "-C", place)
        program, = place.rglob("bin/patchbay")
        done = self.home.run("placeholder", "x", "--size", "20x10", "--out", "r.png", program=program)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    support.main()
