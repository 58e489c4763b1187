#!/usr/bin/env python3
"""^C in every phase of a request: upstream is left at once, exit 130, and nothing stays behind."""

import array
import contextlib
import fcntl
import random
import signal
import socket
import sqlite3
import termios
import threading
import time

import support
import upstream
from fault_case import GOOD, FaultCase
from upstream import head, png, whole

HALF = GOOD[:len(GOOD) // 2]


def then_watch(*pieces, read=True):
    """Says when it is at the point where the client is to be interrupted, then watches it leave."""

    def answer(server, connection):
        if read:
            connection.read_request()
        for piece in pieces:
            connection.send(piece)
        server.reached()
        server.saw_leave(connection)

    return answer


class CancelCase(FaultCase):
    def start(self, *options):
        return self.home.start("generate", "a cat", "--timeout", "120", *(options or ("--out", "a.img")))

    def interrupt(self, running, number=signal.SIGINT):
        begin = time.monotonic()
        running.send_signal(number)
        out, err = running.communicate(timeout=support.TIME_MAX)
        self.assertLess(time.monotonic() - begin, 5, "the end waited for something")
        self.assertEqual((running.returncode, out), (130, ""), err)
        self.expect_nothing_left("cancelled")
        self.expect_no_lock()

    def expect_no_lock(self):
        with contextlib.closing(sqlite3.connect(self.home.database, timeout=0, isolation_level=None)) as database:
            database.execute("BEGIN EXCLUSIVE")
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            database.execute("ROLLBACK")


class PhaseTest(CancelCase):
    def test_while_connecting(self):
        with contextlib.ExitStack() as stack:
            listener = stack.enter_context(socket.socket())
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            address = listener.getsockname()
            # Nobody accepts: once the queue is full the kernel answers no further handshake.
            for _ in range(4):
                filler = stack.enter_context(socket.socket())
                filler.setblocking(False)
                filler.connect_ex(address)
            self.point_at(f"http://127.0.0.1:{address[1]}/v1beta")
            running = self.start()
            self.wait_for_handshake(running, address[1])
            self.interrupt(running)

    def wait_for_handshake(self, running, port):
        """Until a second process than ours has sent a SYN to this port, and waits."""
        own = {str(entry) for entry in self.handshakes(port)}
        deadline = time.monotonic() + support.TIME_MAX
        while {str(entry) for entry in self.handshakes(port)} <= own:
            self.assertIsNone(running.poll())
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    @staticmethod
    def handshakes(port):
        with open("/proc/net/tcp", encoding="ascii") as table:
            rows = [line.split() for line in table.readlines()[1:]]
        syn_sent = "02"
        return [row[1] for row in rows if row[3] == syn_sent and row[2].endswith(f":{port:04X}")]

    def test_in_the_tls_handshake(self):
        server = upstream.Upstream(then_watch(read=False))
        self.addCleanup(server.stop)
        self.point_at(server.url.replace("http:", "https:"))
        self.interrupt_at(server, self.start())

    def test_while_waiting_and_receiving_and_decoding(self):
        for name, pieces in {"waiting": (), "after the head": (head(length=len(GOOD)),),
                             "in the image": (head(length=len(GOOD)), HALF)}.items():
            for number in (signal.SIGINT, signal.SIGTERM):
                with self.subTest(name, signal=number):
                    server = self.serve(then_watch(*pieces))
                    self.interrupt_at(server, self.start(), number)

    def test_while_uploading(self):
        picture = self.home.path / "large.png"
        picture.write_bytes(png(15_000_000))  # more than both sockets hold
        self.addCleanup(picture.unlink)

        def takes_little(server, connection):
            connection.read_head()
            server.reached()
            interrupted.wait(support.TIME_MAX)
            server.saw_leave(connection)

        interrupted = threading.Event()
        self.addCleanup(interrupted.set)
        server = self.serve(takes_little)
        running = self.start("--out", "a.img", "--input", str(picture))
        self.assertTrue(server.phase.acquire(timeout=support.TIME_MAX))
        self.interrupt(running)
        interrupted.set()
        self.assertTrue(server.left.acquire(timeout=support.TIME_MAX), "the upload went on")

    def interrupt_at(self, server, running, number=signal.SIGINT):
        self.assertTrue(server.phase.acquire(timeout=support.TIME_MAX))
        self.interrupt(running, number)
        self.assertTrue(server.left.acquire(timeout=support.TIME_MAX), "the connection was not closed")

    def test_while_it_waits_to_try_again(self):
        body = upstream.failure(429, "RESOURCE_EXHAUSTED", "slow down")
        server = self.serve(then_answer(whole(body, "429 Too Many Requests", "Retry-After: 60")))
        running = self.start()
        self.assertTrue(server.phase.acquire(timeout=support.TIME_MAX))
        time.sleep(0.3)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=support.TIME_MAX)
        self.assertEqual(running.returncode, 130, err)
        self.assertEqual(list(self.home.work.iterdir()), [])
        self.expect_no_lock()

    def test_while_the_reader_of_its_output_sleeps(self):
        server = self.serve(then_answer(whole(upstream.answer_with(png(2_000_000)))))
        running = self.start("--stdout")
        self.addCleanup(lambda: (running.kill(), running.wait(), running.stdout.close(), running.stderr.close()))
        self.assertTrue(server.phase.acquire(timeout=support.TIME_MAX))
        # It fills the pipe, and waits for somebody to read.
        time_max = time.monotonic() + support.TIME_MAX
        while not self.is_full(running.stdout) and time.monotonic() < time_max:
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        self.assertEqual(running.wait(support.TIME_MAX), 130)
        self.expect_no_lock()

    @staticmethod
    def is_full(pipe):
        waiting = array.array("i", [0])
        fcntl.ioctl(pipe, termios.FIONREAD, waiting)
        return waiting[0] >= fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ)

    def test_anywhere_at_all(self):
        """Whatever the moment: a whole image and success, or 130 and none, or a whole one that it was about to speak of."""
        self.serve(then_answer(whole(upstream.answer_with(png(3_000_000)))))
        chance = random.Random(3)
        endings = set()
        for number in range(30):
            running = self.start("--out", f"{number}.img")
            with contextlib.suppress(support.subprocess.TimeoutExpired):
                running.wait(chance.uniform(0.0, 0.3))
            running.send_signal(signal.SIGINT)
            _, err = running.communicate(timeout=support.TIME_MAX)
            endings.add(running.returncode)
            files = [path.name for path in self.home.work.iterdir()]
            # Before it has a say over signals the kernel ends it.
            self.assertIn(running.returncode, (0, 130, -signal.SIGINT), err)
            self.assertIn(files, ([f"{number}.img"],) if running.returncode == 0 else ([], [f"{number}.img"]), err)
            for path in self.home.work.iterdir():
                self.assertEqual(path.read_bytes(), png(3_000_000))
                path.unlink()
            self.expect_no_lock()
        self.assertGreater(len(endings), 1, "it was interrupted in one phase only")


def then_answer(answer_bytes):
    def answer(server, connection):
        connection.read_request()
        connection.send(answer_bytes)
        server.reached()

    return answer


if __name__ == "__main__":
    support.main()
