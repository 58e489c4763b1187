#!/usr/bin/env python3
"""What an upstream can do wrong on the wire: each fault ends as one typed error, in time, and costs nothing else."""

import email.utils
import json
import time

import support
import upstream
from fault_case import CHUNKED, GOOD, KEY, FaultCase, chunked, sends
from upstream import answer_with, failure, head, png, whole



def reset_at_once(server, connection):
    connection.reset()


def drip(server, connection):
    connection.read_request()
    server.requests.append(connection.head)
    connection.send(head(length=10_000))
    while True:
        connection.send(b" ")
        time.sleep(0.1)


HALF = GOOD[:len(GOOD) // 2]

# What the server does, how the program exits, its error code; 0 and "" where the image is made.
WIRE = {
    "closes after the request": (sends(), 7, "network"),
    "resets before a byte": (sends(then="reset"), 7, "network"),
    "resets in the body": (sends(head(length=len(GOOD)), HALF, then="reset"), 7, "network"),
    "ends before Content-Length": (sends(head(length=len(GOOD) + 1), GOOD), 7, "network"),
    "ends within a chunk": (sends(CHUNKED, b"%x\r\n" % len(GOOD), HALF), 7, "network"),
    "leaves out the last chunk": (sends(CHUNKED, chunked(GOOD, end=b"")), 7, "network"),
    "names a chunk of 10^18 bytes": (sends(CHUNKED, b"de0b6b3a7640000\r\n", HALF), 7, "network"),
    "names a chunk of no number": (sends(CHUNKED, b"zz\r\n", GOOD), 7, "network"),
    "cuts the body by Content-Length": (sends(head(length=len(HALF)), GOOD), 1, "protocol"),
    "sends more than Content-Length": (sends(whole(GOOD), b"HTTP/1.1 200 OK\r\n\r\nmore"), 0, ""),
    "gives two lengths": (sends(head("200 OK", "Content-Length: 5", length=len(GOOD)), GOOD), 7, "network"),
    "gives length and chunks": (sends(head("200 OK", "Transfer-Encoding: chunked", length=5), chunked(GOOD)), 7,
                                "network"),
    "speaks no HTTP": (sends(b"SSH-2.0-OpenSSH_9.2\r\n"), 7, "network"),
    "speaks HTTP/2": (sends(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\x04\x40\0\0\0\0\x02\0\0\0\0"), 7, "network"),
    "sends 90 KB of one header": (sends(head("200 OK", "X-Long: " + "x" * 90_000, length=2), b"{}"), 1, "protocol"),
    "sends 10,000 headers": (sends(head("200 OK", *(f"X-{i}: y" for i in range(10_000)), length=2), b"{}"), 1,
                             "protocol"),
    "sends a NUL in a header": (sends(head("200 OK", "X-Nul: a\0b", length=len(GOOD)), GOOD), 7, "network"),
    "sends 1,000 interim answers": (sends(b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n" * 1000, whole(GOOD)), 1,
                                    "protocol"),
    "switches protocols": (sends(head("101 Switching Protocols", "Upgrade: h2c", "Connection: Upgrade")), 7, "network"),
    "compresses unasked": (sends(head("200 OK", "Content-Encoding: gzip", length=20), b"\x1f\x8b" + b"\0" * 18), 7,
                           "network"),
}

NESTED = b"[" * 10_000_000
# Bodies that arrive whole.
BODIES = {
    "nothing": (b"", 1, "protocol"),
    "null": (b"null", 1, "protocol"),
    "a list": (b"[]", 1, "protocol"),
    "a page": (b"<html><body>Log in to the network</body></html>", 1, "protocol"),
    "nesting of ten million": (NESTED, 1, "protocol"),
    "nesting of ten million inside": (b'{"candidates":' + NESTED, 1, "protocol"),
    "a million elements": (b'{"candidates":[' + b"1," * 999_999 + b"1]}", 1, "no_output"),
    "a number of 100,000 digits": (b'{"usageMetadata":{"totalTokenCount":' + b"9" * 100_000 + b"}}", 1, "protocol"),
    "a number beyond all": (b'{"usageMetadata":{"totalTokenCount":1e999}}', 1, "protocol"),
    "a zero byte behind": (GOOD + b"\0evil", 1, "protocol"),
    "a zero byte within": (GOOD.replace(b'"STOP"', b'"ST\0OP"'), 1, "protocol"),
    "no UTF-8": (GOOD.replace(b"STOP", b"ST\xc0\xafP"), 1, "protocol"),
    "a number for an image": (GOOD[:GOOD.index(b'"data": ') + 8] + b"7}}]}}]}", 1, "no_output"),
    "no base64": (GOOD.replace(b"iVBOR", b"iVB!R"), 1, "protocol"),
    "a page for an image": (answer_with(b"<html>not an image</html>"), 1, "protocol"),
    "half an image": (answer_with(png(50_000)[:20_000]), 1, "protocol"),
    "an archive for an image": (answer_with(b"PK\x03\x04" + b"\0" * 500), 1, "protocol"),
}


class WireTest(FaultCase):
    def test_ends_each_fault_with_its_error_and_serves_the_next_request(self):
        for name, (answer, exit_code, code) in WIRE.items():
            with self.subTest(name):
                server = self.serve(answer)
                if exit_code == 0:
                    self.expect_image()
                else:
                    self.expect_failure(exit_code, code)
                    # What reached the provider may be billed: it is never sent again.
                    self.assertLessEqual(len(server.requests), 1)
        self.serve(sends(whole(GOOD)))
        self.expect_image()

    def test_ends_each_body_with_its_error(self):
        for name, (body, exit_code, code) in BODIES.items():
            with self.subTest(name):
                self.serve(sends(whole(body)))
                self.expect_failure(exit_code, code)

    def test_tries_again_where_nothing_was_sent(self):
        server = self.serve(reset_at_once)
        self.expect_failure(7, "network")
        self.assertGreaterEqual(server.connections, 1)

    def test_ends_a_body_that_drips_at_the_deadline(self):
        self.serve(drip)
        _, took = self.expect_failure(7, "timeout", seconds=1)
        self.assertGreaterEqual(took, 1)

    def test_ends_silence_at_the_deadline(self):
        for name, pieces in {"before the head": (), "after it": (head(length=len(GOOD)),),
                             "in the body": (head(length=len(GOOD)), HALF)}.items():
            with self.subTest(name):
                server = self.serve(sends(*pieces, then="wait"))
                self.expect_failure(7, "timeout", seconds=1)
                self.assertTrue(server.left.acquire(timeout=support.TIME_MAX), "the connection was not closed")

    def test_shows_no_more_of_a_long_error_than_it_needs_and_never_the_key(self):
        words = "the key " + KEY + " is " + "x" * 5_000_000
        self.serve(sends(whole(failure(500, "INTERNAL", words), "500 Internal Server Error")))
        exit_code, document, _ = self.generate(seconds=3)
        self.assertEqual((exit_code, document["error"]["code"]), (1, "upstream"))
        self.assertLess(len(json.dumps(document)), 4096)
        self.assertNotIn("Canary", json.dumps(self.home.sql("SELECT * FROM patchbay_attempts"), default=str))

    def test_follows_no_redirect(self):
        other = upstream.Upstream(sends(whole(GOOD)))
        self.addCleanup(other.stop)
        for target in (other.url, "file:///etc/hostname", "http://127.0.0.1:1/"):
            with self.subTest(target):
                self.serve(sends(whole(b"", "307 Temporary Redirect", f"Location: {target}")))
                self.expect_failure(1, "protocol")
        self.assertEqual(other.connections, 0)


class PatienceTest(FaultCase):
    """Waiting as the provider says; and for one that draws for a long time."""

    def answers(self, *bodies):
        rest = list(bodies)

        def answer(server, connection):
            connection.read_request()
            server.requests.append((time.monotonic(), connection.head))
            connection.send(rest.pop(0) if len(rest) > 1 else rest[0])

        return answer

    def rate(self, *lines, details=()):
        return whole(failure(429, "RESOURCE_EXHAUSTED", "slow down", details), "429 Too Many Requests", *lines)

    def waited(self, refusal, *options):
        server = self.serve(self.answers(refusal, whole(GOOD)))
        self.expect_image(*options)
        (first, _), (second, _) = server.requests
        return second - first

    def test_waits_as_long_as_the_provider_says(self):
        retry_info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1.2s"}
        self.assertGreaterEqual(self.waited(self.rate(details=[retry_info])), 1.2)
        self.assertGreaterEqual(self.waited(self.rate("Retry-After: 1")), 1)
        at = email.utils.formatdate(time.time() + 3, usegmt=True)
        self.assertGreaterEqual(self.waited(self.rate(f"Retry-After: {at}")), 1)

    def test_is_not_confused_by_nonsense(self):
        for value in ("2abc", "-5", "", "Thu, 01 Jan 1970 00:00:00 GMT", "1" * 400, "0"):
            with self.subTest(value):
                exit_code, document, _ = self.generate_after(self.rate(f"Retry-After: {value}"))
                self.assertIn((exit_code, document.get("error", {}).get("code")), ((0, None), (6, "rate")))

    def generate_after(self, refusal):
        self.serve(self.answers(refusal, whole(GOOD)))
        result = self.generate(seconds=20)
        (self.home.work / "a.img").unlink(missing_ok=True)
        return result

    def test_gives_up_at_once_where_the_wait_is_longer_than_the_deadline(self):
        server = self.serve(self.answers(self.rate("Retry-After: 1000000000")))
        error, took = self.expect_failure(6, "rate", seconds=20)
        self.assertLess(took, 15)
        self.assertEqual(len(server.requests), 1)
        self.assertIn("hint", error)

    def test_allows_silence_before_the_answer_longer_than_within_it(self):
        config = self.home.path / "patchbay.toml"
        config.write_text(config.read_text() + "\n[timeouts]\nidle = 0.5\n")
        self.serve(sends(whole(GOOD), after=2))
        self.expect_image(seconds=60)
        self.serve(sends(head(length=len(GOOD)), HALF, then="wait"))
        error, took = self.expect_failure(7, "timeout", seconds=30)
        self.assertIn("fell silent", error["message"])
        self.assertLess(took, 15)


if __name__ == "__main__":
    support.main()
