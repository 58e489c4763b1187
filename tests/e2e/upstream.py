"""A provider that misbehaves on the wire: each connection is handed to a function of the test."""

import base64
import contextlib
import datetime
import ipaddress
import json
import socket
import ssl
import struct
import threading
import zlib

TIME_MAX = 60  # seconds until a connection that nobody ends is given up


class Connection:
    """One accepted connection, blocking."""

    def __init__(self, raw, tls):
        self.raw = raw
        self.raw.settimeout(TIME_MAX)
        self._tls = tls
        self._left = b""
        self.head = b""
        self.body = b""

    def shake_hands(self):
        if self._tls:
            self.raw = self._tls.wrap_socket(self.raw, server_side=True)

    def read_head(self):
        """Up to the blank line; what follows stays for read_request()."""
        while b"\r\n\r\n" not in self._left:
            more = self.raw.recv(65536)
            if not more:
                raise ConnectionError("the client left")
            self._left += more
        self.head, _, self._left = self._left.partition(b"\r\n\r\n")
        return self.head

    def read_request(self):
        self.read_head()
        lengths = [line.split(b":")[1] for line in self.head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        size = int(lengths[0]) if lengths else 0
        while len(self._left) < size:
            more = self.raw.recv(65536)
            if not more:
                raise ConnectionError("the client left")
            self._left += more
        self.body, self._left = self._left[:size], self._left[size:]
        return self.body

    def send(self, data):
        self.raw.sendall(data)

    def reset(self):
        self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.raw.close()

    def wait_until_left(self):
        """True once the client closed or reset the connection."""
        try:
            while self.raw.recv(65536):
                pass
            return True
        except (TimeoutError, ValueError):
            return False
        except OSError:
            return True


class Upstream:
    """Listens on loopback. GETs that ask for models are answered; anything else goes to `answer`."""

    def __init__(self, answer, tls=None, backlog=64):
        self.connections = 0
        self.requests = []      # heads of what was not a GET
        self.left = threading.Semaphore(0)   # one for each client that was seen to leave
        self.phase = threading.Semaphore(0)  # one for each time that a test calls reached()
        self.errors = []
        self._answer = answer
        self._tls = tls
        self._open = set()
        self._threads = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=backlog)
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/v1beta"
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def _accept(self):
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(raw,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, raw):
        connection = Connection(raw, self._tls)
        self._open.add(connection)
        try:
            self._answer(self, connection)
        except (OSError, ValueError) as error:
            self.errors.append(error)
        finally:
            with contextlib.suppress(OSError):
                connection.raw.close()
            self._open.discard(connection)

    def reached(self):
        self.phase.release()

    def saw_leave(self, connection):
        if connection.wait_until_left():
            self.left.release()

    def stop(self):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.raw.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(TIME_MAX)


def png(size=0):
    """A whole PNG of one pixel, grown to about `size` bytes by a chunk that viewers pass over."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    pixel = chunk(b"IDAT", zlib.compress(b"\0\x20\x40\x60"))
    filling = chunk(b"fiLl", b"\xa5" * (size - 100)) if size > 100 else b""
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)) +
            filling + pixel + chunk(b"IEND", b""))


def answer_with(image, mime="image/png"):
    """The body of a good answer that holds these bytes as its image."""
    part = {"inlineData": {"mimeType": mime, "data": base64.b64encode(image).decode()}}
    return json.dumps({"candidates": [{"content": {"role": "model", "parts": [part]}, "finishReason": "STOP"}]}).encode()


def head(status="200 OK", *lines, length=None):
    rest = [f"Content-Length: {length}"] if length is not None else []
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Type: application/json", *rest, *lines, "", ""]).encode()


def whole(body, status="200 OK", *lines):
    return head(status, *lines, length=len(body)) + body


def failure(code, status, message="no", details=()):
    return json.dumps({"error": {"code": code, "message": message, "status": status, "details": list(details)}}).encode()


class Authority:
    """A certificate authority made on the spot, and what it signs; needs the module cryptography."""

    def __init__(self, folder, name="test authority"):
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec
        self._x509, self._hashes, self._ec = x509, hashes, ec
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        self._count = 0
        own = self._builder(self._name, self._key.public_key(), -1, 30)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.file = folder / f"{name.replace(' ', '-')}.pem"
        self.file.write_bytes(self._pem(own.sign(self._key, hashes.SHA256())))

    def _pem(self, certificate):
        from cryptography.hazmat.primitives.serialization import Encoding
        return certificate.public_bytes(Encoding.PEM)

    def _builder(self, subject, key, from_days, to_days):
        x509 = self._x509
        now = datetime.datetime.now(datetime.timezone.utc)
        return (x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key)
                .serial_number(x509.random_serial_number())
                .not_valid_before(now + datetime.timedelta(days=from_days))
                .not_valid_after(now + datetime.timedelta(days=to_days)))

    def server(self, *names, from_days=-1, to_days=30):
        """A TLS context of a server with these names."""
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
        x509 = self._x509
        key = self._ec.generate_private_key(self._ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
        builder = self._builder(subject, key.public_key(), from_days, to_days)
        general = []
        for name in names:
            try:
                general.append(x509.IPAddress(ipaddress.ip_address(name)))
            except ValueError:
                general.append(x509.DNSName(name))
        builder = builder.add_extension(x509.SubjectAlternativeName(general), critical=False)
        self._count += 1
        file = self._folder / f"server-{self._count}.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(private + self._pem(builder.sign(self._key, self._hashes.SHA256())))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context
