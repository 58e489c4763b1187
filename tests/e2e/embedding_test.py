#!/usr/bin/env python3
"""Applications that hold Patchbay: each example of docs/examples/embedding, built outside this tree against what
`cmake --install` puts in place, and run on the emulator."""

import asyncio
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

import support

EXAMPLES = support.SOURCE / "docs" / "examples" / "embedding"
WHOLE = os.environ.get("PATCHBAY_LOAD") == "whole"
REQUESTS = 5000 if WHOLE else 200


class SilentServer:
    """Takes every connection and answers nothing; stopped by stop(). The emulator takes some hundreds alone."""

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()

        async def serve():
            server = await asyncio.start_server(self._keep, "127.0.0.1", 0, backlog=4096)
            self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1beta"
            ready.set()
            self._stop = asyncio.Event()
            await self._stop.wait()
            server.close()

        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(serve(),))
        self._thread.start()
        ready.wait()

    @staticmethod
    async def _keep(reader, writer):
        while await reader.read(65536):
            pass
        writer.close()

    def stop(self):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()


def run(*words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}")
    return done.stdout


class EmbeddingTest(support.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="patchbay-embedding-")).resolve()
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.folder.chmod(0o755)
        cls.prefix, cls.build = cls.folder / "prefix", cls.folder / "build"
        run("cmake", "--install", support.BUILD, "--prefix", cls.prefix)
        run("cmake", "-S", EXAMPLES, "-B", cls.build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={cls.prefix}",
            "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_COMPILE_WARNING_AS_ERROR=ON",
            "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic", "-DCMAKE_C_FLAGS=-Wall -Wextra -Wpedantic")
        run("cmake", "--build", cls.build)
        cls.library = next(cls.prefix.rglob("libpatchbay.so.0"))

    def setUp(self):
        super().setUp()
        self.configure()

    def example(self, name, *arguments, **more):
        return run(self.build / name, self.home.path, *arguments, env=support.environment(), timeout=120, **more)

    def test_the_smallest_program_writes_an_image(self):
        file = self.home.work / "cat.jpg"
        said = self.example("smallest", "gemini", file, "a cat")
        self.assertIn("image/", said)
        self.assertGreater(file.stat().st_size, 100)

    def test_it_is_built_by_pkg_config_as_well(self):
        program = self.folder / "by_pkg_config"
        pkg_config = {**os.environ, "PKG_CONFIG_PATH": str(self.library.parent / "pkgconfig")}
        flags = run("pkg-config", "--cflags", "--libs", "patchbay", env=pkg_config).split()
        run("gcc", "-std=c11", EXAMPLES / "smallest.c", *flags, f"-Wl,-rpath,{self.library.parent}", "-o", program)
        file = self.home.work / "p.png"
        run(program, self.home.path, "placeholder", file, "a cat", env=support.environment())
        self.assertTrue(file.exists())

    def test_errors_say_what_and_what_next(self):
        done = subprocess.run([self.build / "smallest", self.home.path, "nobody", self.home.work / "x.png", "a cat"],
                              capture_output=True, text=True, env=support.environment())
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("unknown_provider: ", done.stderr)

    def test_ten_images_at_once(self):
        said = self.example("ten_images", "gemini", self.home.work, "a cat")
        self.assertEqual(len(list(self.home.work.glob("image-*.png"))), 10)
        self.assertEqual(said.count("image/"), 10)

    def test_the_applications_own_interrupt_cancels_them(self):
        running = subprocess.Popen([self.build / "ten_images", self.home.path, "gemini", self.home.work,
                                    "emulate:stall_head"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=support.environment())
        running.stdout.readline()  # progress: they are under way
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=60)
        self.assertEqual(running.returncode, 1)
        self.assertEqual(errors.count("given up"), 10, errors)
        self.assertEqual(list(self.home.work.iterdir()), [])

    def test_an_application_with_a_loop_of_its_own(self):
        said = self.example("own_loop", "gemini", "a cat emulate:slow:500")
        self.assertIn("bytes of image/", said)
        self.assertIn("went on meanwhile: yes", said)

    def test_an_application_with_a_plugin_of_its_own(self):
        said = self.example("private_plugin", self.build / "private_plugins", "hello, world")
        self.assertEqual(said, "HELLO, WORLD\n")
        self.fail_with(2, "chat", "hello", "--provider", "shouting")  # no other program has the plugin

    def test_python_by_ctypes(self):
        program = ("import sys; sys.path.insert(0, sys.argv[1]); import patchbay\n"
                   "with patchbay.Host(sys.argv[2], sys.argv[3]) as host:\n"
                   "    image = host.image('a cat', provider='placeholder', size='40x30')\n"
                   "    print(image.mime, image.width, image.height, len(image.data) > 50)\n"
                   "    print(host.chat('what is a cat?', provider='gemini') != '')\n"
                   "    try:\n"
                   "        host.image('a cat emulate:safety', provider='gemini')\n"
                   "    except patchbay.PatchbayError as error:\n"
                   "        print(error.code, error.hint != '')\n")
        said = run(sys.executable, "-B", "-c", program, EXAMPLES, self.home.path, self.library,
                   env=support.environment())
        self.assertEqual(said, "image/png 40 30 True\nTrue\nblocked True\n")

    def test_thousands_of_requests_on_one_thread(self):
        server = SilentServer()
        self.addCleanup(server.stop)
        self.point_at(server.url)
        done = json.loads(self.example("many_requests", "gemini", REQUESTS, "a cat"))
        print(json.dumps(done))
        self.assertEqual((done["requests"], done["cancelled"], done["threads"]), (REQUESTS, REQUESTS, 2))
        self.assertLessEqual(done["descriptors"], REQUESTS + 16)  # one connection each, and nothing else
        if WHOLE:
            self.assertLess(done["cancel_ms"], 5000)
            self.assertLess(done["memory_kib"] / REQUESTS, 192)


if __name__ == "__main__":
    support.main()
