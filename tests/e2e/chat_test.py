#!/usr/bin/env python3
"""`chat`: text as it comes, and what becomes of it when the rest does not."""

import json
import os
import select
import signal
import threading

import support
from fault_case import FaultCase, chunked

HEAD = (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n")


def event(text, **candidate):
    parts = [{"text": text}] if text else []
    document = {"candidates": [{"content": {"role": "model", "parts": parts}, **candidate}]}
    return chunked(b"data: " + json.dumps(document).encode() + b"\r\n\r\n", end=b"")


LAST = event("", finishReason="STOP") + b"0\r\n\r\n"


class ChatTest(FaultCase):
    def serve_pieces(self, *pieces, then="close"):
        """Sends one piece each time that go() is called, the first at once."""
        going = threading.Semaphore(1)

        def answer(server, connection):
            server.requests.append(json.loads(connection.read_request()))
            for piece in pieces:
                going.acquire(timeout=support.TIME_MAX)
                connection.send(piece)
            if then == "reset":
                going.acquire(timeout=support.TIME_MAX)
                connection.reset()
            if then == "wait":
                server.saw_leave(connection)

        server = self.serve(answer)
        server.go = going.release
        return server

    def start(self, *arguments):
        running = self.home.start(*arguments)
        self.addCleanup(running.communicate)
        self.addCleanup(running.kill)
        return running

    def read_text(self, running, wanted):
        """What has come once it ends so."""
        shown = b""
        while not shown.endswith(wanted):
            self.assertTrue(select.select([running.stdout], [], [], support.TIME_MAX)[0], shown)
            piece = os.read(running.stdout.fileno(), 65536)
            self.assertTrue(piece, f"it ended after {shown}")
            shown += piece
        return shown

    def test_shows_each_piece_before_the_next_one_is_there(self):
        server = self.serve_pieces(HEAD + event("Bananas "), event("are "), event("yellow."), LAST)
        running = self.start("chat", "what are bananas?")
        for wanted in (b"Bananas ", b"are ", b"yellow."):
            self.assertEqual(self.read_text(running, wanted), wanted)
            server.go()
        out, err = running.communicate(timeout=support.TIME_MAX)
        self.assertEqual((running.returncode, out, err), (0, "\n", ""))
        self.assertEqual([part["text"] for part in server.requests[0]["contents"][0]["parts"]], ["what are bananas?"])

    def test_says_all_in_one_document_for_programs(self):
        server = self.serve_pieces(HEAD + event("Bananas "), event("are yellow."), LAST)
        for _ in range(3):
            server.go()
        document = self.home.json("chat", "what are bananas?")
        self.assertEqual(document["text"], "Bananas are yellow.")
        self.assertEqual(document["provider"], "gemini")

    def test_keeps_what_came_and_asks_nobody_again_when_the_stream_breaks(self):
        server = self.serve_pieces(HEAD + event("Bananas "), event("are "), then="reset")
        running = self.start("chat", "what are bananas?")
        self.read_text(running, b"Bananas ")
        server.go()
        self.read_text(running, b"are ")
        server.go()
        out, err = running.communicate(timeout=support.TIME_MAX)
        self.assertEqual((running.returncode, out), (7, "\n"), err)
        self.assertIn("Error: API call failed - ", err)
        self.assertEqual(len(server.requests), 1)

    def test_leaves_upstream_at_once_when_interrupted(self):
        server = self.serve_pieces(HEAD + event("Bananas "), then="wait")
        running = self.start("chat", "what are bananas?")
        self.read_text(running, b"Bananas ")
        running.send_signal(signal.SIGINT)
        self.assertTrue(server.left.acquire(timeout=support.TIME_MAX))
        running.communicate(timeout=support.TIME_MAX)
        self.assertEqual(running.returncode, 130)


if __name__ == "__main__":
    support.main()
