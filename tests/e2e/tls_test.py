#!/usr/bin/env python3
"""TLS and proxies on loopback: whom the key is told, and what is said where that cannot be."""

import contextlib
import pathlib
import socket
import ssl
import tempfile
import threading
import warnings

import support
import upstream
from fault_case import GOOD, KEY, FaultCase
from upstream import whole

support.require("cryptography")
LOCAL = ("127.0.0.1", "localhost")


def answers(server, connection):
    connection.shake_hands()
    server.protocols.append(connection.raw.selected_alpn_protocol())
    connection.read_request()
    server.requests.append(connection.head)
    connection.send(whole(GOOD))


class TlsCase(FaultCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="patchbay-tls-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.authority = upstream.Authority(self.folder)
        self.trust = {"PATCHBAY_CA_FILE": str(self.authority.file)}

    def serve_tls(self, context, answer=answers):
        server = upstream.Upstream(answer, tls=context)
        server.protocols = []
        self.addCleanup(server.stop)
        return server


class TlsTest(TlsCase):
    def refuses(self, server, *words, **environment):
        self.point_at(server.url)
        error, _ = self.expect_failure(7, "network", **(environment or self.trust))
        for word in words:
            self.assertIn(word, error["message"])
        self.assertEqual(server.requests, [], "the request was told to a stranger")

    def test_makes_an_image_with_the_given_authority(self):
        server = self.serve_tls(self.authority.server(*LOCAL))
        self.point_at(server.url)
        self.expect_image(**self.trust)
        self.assertIn(KEY.encode(), server.requests[0])

    def test_trusts_no_other_authority(self):
        stranger = upstream.Authority(self.folder, "a stranger")
        self.refuses(self.serve_tls(stranger.server(*LOCAL)), "TLS")
        # Nor one that was given before, without the setting.
        self.refuses(self.serve_tls(self.authority.server(*LOCAL)), "TLS", LANG="C.UTF-8")

    def test_refuses_a_certificate_that_has_expired_or_is_of_the_future(self):
        self.refuses(self.serve_tls(self.authority.server(*LOCAL, from_days=-9, to_days=-2)), "TLS", "expired")
        self.refuses(self.serve_tls(self.authority.server(*LOCAL, from_days=2)), "TLS")

    def test_refuses_a_certificate_of_another_host(self):
        self.refuses(self.serve_tls(self.authority.server("provider.test", "127.0.0.2")), "TLS")

    def test_refuses_old_protocols(self):
        context = self.authority.server(*LOCAL)
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        self.refuses(self.serve_tls(context), "TLS")

    def test_says_that_nothing_was_sent_where_the_handshake_breaks(self):
        def leaves(server, connection):
            connection.raw.recv(1)
            connection.reset()

        self.refuses(self.serve_tls(self.authority.server(*LOCAL), leaves))

    def test_ends_a_handshake_that_stalls(self):
        server = self.serve_tls(self.authority.server(*LOCAL), lambda server, connection: server.saw_leave(connection))
        self.point_at(server.url)
        self.expect_failure(7, "timeout", seconds=1, **self.trust)
        self.assertTrue(server.left.acquire(timeout=support.TIME_MAX))

    def test_speaks_no_http2_even_where_it_is_offered(self):
        context = self.authority.server(*LOCAL)
        context.set_alpn_protocols(["h2", "http/1.1"])
        server = self.serve_tls(context)
        self.point_at(server.url)
        self.expect_image(**self.trust)
        self.assertIn(server.protocols, ([None], ["http/1.1"]))
        self.assertIn(b" HTTP/1.1\r\n", server.requests[0])

    def test_names_an_authority_file_that_is_none(self):
        server = self.serve_tls(self.authority.server(*LOCAL))
        self.point_at(server.url)
        done = self.home.run("generate", "a cat", "--out", "a.img", PATCHBAY_CA_FILE="/nonexistent/ca.pem")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("/nonexistent/ca.pem", done.stderr)
        self.assertEqual(server.connections, 0)


def pump(source, target):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def tunnel_to(port, seen):
    """A proxy that connects to this port, whatever it is asked for, and keeps what passes."""

    def answer(server, connection):
        seen.append(connection.read_head())
        connection.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with socket.create_connection(("127.0.0.1", port)) as onward:
            back = threading.Thread(target=pump, args=(onward, connection.raw))
            back.start()
            pump(connection.raw, onward)
            back.join()

    return answer


class ProxyTest(TlsCase):
    def setUp(self):
        super().setUp()
        self.succeed("provider", "set", "gemini", "--endpoint", "https://provider.test/v1beta")
        self.server = self.serve_tls(self.authority.server("provider.test"))

    def proxy(self, answer):
        server = upstream.Upstream(answer)
        self.addCleanup(server.stop)
        return {**self.trust, "PATCHBAY_PROXY": f"http://user:wordOfTheProxy@127.0.0.1:{server.port}"}

    def test_reaches_the_provider_through_a_tunnel(self):
        seen = []
        self.expect_image(**self.proxy(tunnel_to(self.server.port, seen)))
        self.assertTrue(seen[0].startswith(b"CONNECT provider.test:443 HTTP/1.1\r\n"), seen[0])
        self.assertNotIn(KEY.encode(), seen[0])
        self.assertIn(KEY.encode(), self.server.requests[0])
        self.assertNotIn(b"wordOfTheProxy", self.server.requests[0])

    def test_still_checks_the_certificate_behind_the_proxy(self):
        stranger = self.serve_tls(self.authority.server("another.test"))
        self.expect_failure(7, "network", **self.proxy(tunnel_to(stranger.port, [])))
        self.assertEqual(stranger.requests, [])

    def test_ends_each_failure_of_the_proxy_without_its_password(self):
        def replies(line):
            def answer(server, connection):
                connection.read_head()
                connection.send(line)
            return answer

        refusals = {"407": replies(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"),
                    "502": replies(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"),
                    "silence": lambda server, connection: server.saw_leave(connection),
                    "reset": lambda server, connection: connection.reset()}
        for name, answer in refusals.items():
            with self.subTest(name):
                code = "timeout" if name == "silence" else "network"
                error, _ = self.expect_failure(7, code, seconds=2 if name == "silence" else 20, **self.proxy(answer))
                self.assertNotIn("wordOfTheProxy", str(error))

    def test_does_not_read_the_proxy_of_other_programs(self):
        proxy = self.serve_tls(None)
        own = {name: f"http://127.0.0.1:{proxy.port}" for name in ("https_proxy", "HTTPS_PROXY", "all_proxy")}
        self.expect_failure(7, "network", **self.trust, **own)
        self.assertEqual(proxy.connections, 0)


if __name__ == "__main__":
    support.main()
