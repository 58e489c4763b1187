#!/usr/bin/env python3
"""Names that nobody resolves: a name server that swallows every question, and none at all."""

import contextlib
import pathlib
import signal
import socket
import tempfile
import threading
import time

import namespace
import support

namespace.enter("mount", "net")

import fault_case  # noqa: E402  (only within the namespaces)


class SilentNameServer:
    """On the one port that the C library asks; counts the questions."""

    def __init__(self):
        self.asked = threading.Semaphore(0)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 53))
        threading.Thread(target=self._swallow, daemon=True).start()

    def _swallow(self):
        with contextlib.suppress(OSError):
            while True:
                self._socket.recvfrom(4096)
                self.asked.release()


class ResolverTest(fault_case.FaultCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory(prefix="patchbay-resolver-")
        cls.addClassCleanup(folder.cleanup)
        for name, text in {"resolv.conf": "nameserver 127.0.0.1\n", "nsswitch.conf": "hosts: files dns\n"}.items():
            file = pathlib.Path(folder.name) / name
            file.write_text(text)
            namespace.mount("--bind", file, pathlib.Path("/etc", name).resolve())
        cls.name_server = SilentNameServer()

    def setUp(self):
        super().setUp()
        self.succeed("provider", "set", "gemini", "--endpoint", "https://nobody-answers.test/v1beta")

    def test_a_lookup_that_hangs_ends_at_the_deadline(self):
        error, took = self.expect_failure(7, "timeout", seconds=2)
        self.assertGreaterEqual(took, 2)
        self.assertIn("2.0 s", error["message"])
        self.assertTrue(self.name_server.asked.acquire(timeout=support.TIME_MAX))

    def test_a_lookup_that_hangs_ends_at_the_connect_timeout(self):
        config = self.home.path / "patchbay.toml"
        config.write_text(config.read_text() + "\n[timeouts]\nconnect = 1\n")
        error, _ = self.expect_failure(7, "network", seconds=20)
        self.assertIn("nobody-answers.test", error["message"])

    def test_an_interrupt_ends_a_lookup_that_hangs(self):
        while self.name_server.asked.acquire(blocking=False):
            pass
        running = self.home.start("generate", "a cat", "--out", "a.img")
        self.assertTrue(self.name_server.asked.acquire(timeout=support.TIME_MAX))
        begin = time.monotonic()
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=support.TIME_MAX)
        self.assertEqual(running.returncode, 130, err)
        self.assertLess(time.monotonic() - begin, fault_case.SLACK + fault_case.START, "it waited for the lookup")
        self.expect_nothing_left("cancelled")

    def test_other_hosts_are_reached_meanwhile(self):
        hanging = self.home.start("generate", "a cat", "--out", "b.img", "--timeout", "60")
        self.assertTrue(self.name_server.asked.acquire(timeout=support.TIME_MAX))
        other = support.Home()
        self.addCleanup(other.remove)
        server = fault_case.upstream.Upstream(fault_case.sends(fault_case.whole(fault_case.GOOD)))
        self.addCleanup(server.stop)
        self.home, hung = other, self.home
        self.succeed("init")
        self.succeed("configure", "--provider", "gemini", "--api-key-stdin", "--no-verify", text=fault_case.KEY)
        self.point_at(server.url)
        self.expect_image()
        hanging.send_signal(signal.SIGINT)
        hanging.communicate(timeout=support.TIME_MAX)
        self.assertEqual(hanging.returncode, 130)
        self.assertEqual(list(hung.work.iterdir()), [])


if __name__ == "__main__":
    support.main()
