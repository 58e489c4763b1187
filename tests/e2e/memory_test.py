#!/usr/bin/env python3
"""The peak of the program's memory, however much the upstream sends."""

import base64
import contextlib
import gzip
import json
import pathlib
import threading

import support
from fault_case import CHUNKED, GOOD, FaultCase, chunked, sends
from upstream import head, png


class MemoryTest(FaultCase):
    """Peak memory of the whole program, whatever comes."""

    peak_max = 48 << 20  # bytes; a plain answer takes about half of that
    data_at = GOOD.index(b'"data": ') + 9
    block = b"iVBORw0KGgoAAAANSUhEUgAA" * 43_690

    def peak_of(self, *options):
        running = self.home.start("--json", "generate", "a cat", "--out", "a.img", "--timeout", "120", *options)
        peak = 0
        status = pathlib.Path(f"/proc/{running.pid}/status")
        reading = threading.Event()
        output = []
        reader = threading.Thread(target=lambda: (output.extend(running.communicate()), reading.set()))
        reader.start()
        while not reading.wait(0.002):
            with contextlib.suppress(OSError, IndexError):
                peak = max(peak, int(status.read_text().split("VmHWM:")[1].split()[0]) << 10)
        reader.join()
        return peak, running.returncode, *output

    def endless(self, prefix, count, suffix, block=None):
        block = block or self.block

        def answer(server, connection):
            connection.read_request()
            connection.send(CHUNKED + chunked(prefix, end=b""))
            piece = chunked(block, end=b"")
            for _ in range(count):
                connection.send(piece)
            connection.send(chunked(suffix))

        return answer

    def test_stays_small_while_an_image_of_200_megabytes_arrives(self):
        image = png(150_000_000)
        prefix, suffix = GOOD[:self.data_at], b'"}}]}}]}'
        length = len(prefix) + (len(image) + 2) // 3 * 4 + len(suffix)
        self.assertGreater(length, 200_000_000)

        def answer(server, connection):
            connection.read_request()
            connection.send(head(length=length) + prefix)
            for at in range(0, len(image), 3 << 18):
                connection.send(base64.b64encode(image[at:at + (3 << 18)]))
            connection.send(suffix)

        self.serve(answer)
        peak, exit_code, _, err = self.peak_of()
        self.assertLess(peak, self.peak_max)
        self.assertEqual(exit_code, 0, err)
        self.assertEqual((self.home.work / "a.img").read_bytes(), image)
        print(f"peak of a 200 MB body: {peak / 1048576:.1f} MiB")

    def test_stays_small_beyond_the_limit(self):
        self.serve(self.endless(GOOD[:self.data_at], 300, b'"}}]}}]}'))
        peak, exit_code, _, err = self.peak_of()
        self.assertEqual((exit_code, json.loads(err)["error"]["code"]), (1, "protocol"), err)
        self.assertLess(peak, self.peak_max)
        self.expect_nothing_left("protocol")
        print(f"peak of an endless image: {peak / 1048576:.1f} MiB")

    def test_stays_small_for_text_names_and_space_without_end(self):
        prefixes = {"text": b'{"candidates":[{"content":{"parts":[{"text":"', "space": b" ", "name": b'{"'}
        for name, prefix in prefixes.items():
            with self.subTest(name):
                block = b" " * (1 << 20) if name == "space" else b"x" * (1 << 20)
                self.serve(self.endless(prefix, 260, b"", block))
                peak, exit_code, _, err = self.peak_of()
                self.assertEqual(exit_code, 1, err)
                self.assertLess(peak, self.peak_max)
                self.expect_nothing_left(json.loads(err)["error"]["code"])
                print(f"peak of endless {name}: {peak / 1048576:.1f} MiB")

    def test_stays_small_for_a_gzip_bomb(self):
        bomb = gzip.compress(b"\0" * (200 << 20), 9)
        self.serve(sends(head("200 OK", "Content-Encoding: gzip", length=len(bomb)), bomb))
        peak, exit_code, _, err = self.peak_of()
        self.assertEqual((exit_code, json.loads(err)["error"]["code"]), (7, "network"), err)
        self.assertLess(peak, self.peak_max)


if __name__ == "__main__":
    support.main()
