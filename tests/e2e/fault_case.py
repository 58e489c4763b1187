"""What the tests of faults share: a home with a key, an upstream, and what must hold after each fault."""

import json
import time

import support
import upstream
from upstream import answer_with, head, png, whole

KEY = "AIza" + "CanaryOfTheFaultTests" + "x" * 14
GOOD = answer_with(png(50_000))
CHUNKED = head("200 OK", "Transfer-Encoding: chunked")
SLACK = 1.0  # seconds that a request may take beyond its deadline, as docs/architecture.md promises
START = 4.0  # and for starting and ending the program on a busy machine


def sends(*pieces, then="close", after=0):
    """Reads the request, after so many seconds sends the pieces; then closes, resets, or waits for the client to leave."""

    def answer(server, connection):
        connection.read_request()
        server.requests.append(connection.head)
        time.sleep(after)
        for piece in pieces:
            connection.send(piece)
        if then == "reset":
            connection.reset()
        if then == "wait":
            server.saw_leave(connection)

    return answer


def chunked(*chunks, end=b"0\r\n\r\n"):
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + end


class FaultCase(support.Case):
    emulated = False

    def setUp(self):
        super().setUp()
        self.succeed("init")
        self.succeed("configure", "--provider", "gemini", "--api-key-stdin", "--no-verify", text=KEY)

    def serve(self, answer, **more):
        server = upstream.Upstream(answer, **more)
        self.addCleanup(server.stop)
        self.point_at(server.url)
        return server

    def generate(self, *options, seconds=20, **more):
        """The exit code, the error's document or the result's, and the seconds it took."""
        begin = time.monotonic()
        done = self.home.run("--json", "generate", "a cat", "--out", "a.img", "--timeout", f"{int(seconds * 1000)}ms",
                             *options, **more)
        took = time.monotonic() - begin
        self.assertLess(took, seconds + SLACK + START, done.stderr)
        self.assertNotIn("Canary", done.stdout + done.stderr)
        text = done.stdout if done.returncode == 0 else done.stderr
        return done.returncode, json.loads(text), took

    def expect_failure(self, expected, code, *options, **more):
        exit_code, document, took = self.generate(*options, **more)
        self.assertEqual((exit_code, document.get("error", {}).get("code")), (expected, code), document)
        self.expect_nothing_left(code)
        return document["error"], took

    def expect_nothing_left(self, outcome):
        self.assertEqual(list(self.home.work.iterdir()), [])
        last = "SELECT outcome FROM patchbay_attempts ORDER BY started_unix_ms DESC, rowid DESC LIMIT 1"
        category = {"timeout": "network", "output": "output"}.get(outcome, outcome)
        self.assertIn(self.home.sql(last), ([(category,)], [(outcome,)]))
        # No fault of a stranger changes the state of a key.
        self.assertEqual(self.home.sql("SELECT is_active FROM api_keys"), [(1,)])
        self.assertEqual([path for path in self.home.path.rglob("*") if path.suffix in (".part", ".tmp")], [])
        for path, bytes_ in self.home.files().items():
            self.assertNotIn(b"Canary", bytes_, path)

    def expect_image(self, *options, **more):
        exit_code, document, _ = self.generate(*options, **more)
        self.assertEqual(exit_code, 0, document)
        (self.home.work / "a.img").unlink()
        return document
