"""An office's HTTPS server for tests, with an authority and certificates of its own.

It runs in a thread, speaks real TLS and HTTP, keeps what it took by key, and misbehaves on request.
"""

import datetime
import hashlib
import ipaddress
import json
import ssl
import tempfile
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """Whom both sides trust; it makes certificates."""

    def __init__(self, name="Test Authority"):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name(name)
        self.certificate = self._sign(self.name, self.key.public_key(), True)
        self.pem = self._pem(self.certificate)

    @staticmethod
    def _pem(certificate):
        return certificate.public_bytes(serialization.Encoding.PEM).decode()

    def _sign(self, name, public_key, authority, hosts=(), ended=False):
        now = datetime.datetime.now(datetime.timezone.utc)
        begins = now - datetime.timedelta(days=9)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(now + datetime.timedelta(days=-1 if ended else 9))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if authority:
            usage = x509.KeyUsage(*(each in (5, 6) for each in range(9)))
            builder = builder.add_extension(usage, critical=True)
        if hosts:
            names = [x509.IPAddress(ipaddress.ip_address(host)) for host in hosts]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def issue(self, name, host="", ended=False):
        """Return certificate and key as one PEM.

        :param host: address on the network that it is for; empty: it is a client's
        :param ended: whether its days are over
        """
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign(
            _name(name), key.public_key(), False, [host] if host else (), ended
        )
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return self._pem(certificate) + secret.decode()


class Office(ThreadingHTTPServer):
    """The server: ``url``, ``requests``, ``packages`` by key, ``recalled``, what happens next.

    ``behave(...)`` queues functions of the handler, one for each coming request, in order; each says
    whether it has answered. A lookup finds what was taken by its dossier.
    """

    daemon_threads = True

    def __init__(self, authority, client=None, certificate="", newest=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests, self.packages, self.recalled = [], {}, []
        self.feedback = b""
        self._next = deque()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if newest:
            # Old ways are spoken only where nothing is demanded of them.
            context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, newest
            context.set_ciphers("DEFAULT@SECLEVEL=0")
        pem = certificate or authority.issue("office", host="127.0.0.1")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "office.pem")
            file.write_text(pem, encoding="ascii")
            context.load_cert_chain(file)
        if client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(cadata=client.pem)
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )
        self.url = f"https://127.0.0.1:{self.server_address[1]}/api"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self.shutdown()
        self.server_close()

    def behave(self, *hooks):
        """Queue what happens to the next requests, in order."""
        self._next.extend(hooks)

    def next_hook(self):
        return self._next.popleft() if self._next else None

    def handle_error(self, request, client_address):
        """A line that was cut is no news here."""


class Handler(BaseHTTPRequestHandler):
    """Answers one line."""

    protocol_version = "HTTP/1.1"

    def setup(self):
        self.request.settimeout(20)
        return super().setup()

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            # Who sent it is gone: what came is no request.
            self.close_connection = True
            return
        self.note(body)
        hook = self.server.next_hook()
        if hook and hook(self, body):
            return
        if "/recall" in self.path:
            self.server.recalled.append((self.path, json.loads(body or b"{}")))
            self.answer(202, {})
        else:
            self.take(body)

    def do_GET(self):
        self.note(b"")
        hook = self.server.next_hook()
        if hook and hook(self, b""):
            return
        if "/feedback" in self.path:
            self.raw(200, self.server.feedback, "application/xml")
            return
        dossier = self.path.rsplit("/", 1)[-1]
        for package in self.server.packages.values():
            if package["dossier"] == dossier:
                self.answer(200, {"reference": package["reference"], "sha256": package["sha256"]})
                return
        self.answer(404, {"message": "unknown"})

    def note(self, body):
        self.server.requests.append(
            {"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body}
        )

    def take(self, body):
        """Take a package, once for each key."""
        key, digest = self.headers["Idempotency-Key"], hashlib.sha256(body).hexdigest()
        known = self.server.packages.setdefault(
            key,
            {
                "sha256": digest,
                "reference": f"OFF-{len(self.server.packages) + 1}",
                "dossier": self.headers.get("X-Dossier-Id"),
                "body": body,
            },
        )
        if known["sha256"] != digest:
            self.answer(422, {"message": "another body under the same key"})
        else:
            self.answer(201, {"reference": known["reference"], "sha256": known["sha256"]})

    def answer(self, status, told, **headers):
        self.raw(status, json.dumps(told).encode(), "application/json", **headers)

    def raw(self, status, body, kind="text/plain", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Nothing is printed."""
