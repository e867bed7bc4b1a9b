"""Speaking HTTPS with an office: certificates always checked, nothing followed, answers cut.

Neither proxies nor passwords of the machine play a part, and nothing is sent to addresses of the
own network unless the operator allows it: a name is asked for once, and the address that was looked
at is the one that is spoken to. Each exchange has its time, whatever the other side does meanwhile.
"""

import ipaddress
import logging
import re
import socket
import ssl
import tempfile
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import super_len
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)
from urllib3.util.connection import create_connection

from .rules.delivery import LARGEST, Answer

_logger = logging.getLogger(__name__)

#: Seconds in which the office has to take a piece, or say something.
SILENCE = 60
PIECE = 16 * 1024
#: Seconds for all of an exchange, from the first line to the last byte of the answer: less than a
#: worker of Odoo has by default.
TOGETHER = 100
#: For what is large there is more: so many bytes a second are not too slow.
SLOWEST = 256 * 1024
#: Never more: who else looks at the queue takes it for broken off then.
LONGEST = 540
AGENT = "payt-dunning/1.0"
_HEADER = re.compile(r"[\x20-\x7e]*")


class Forbidden(OSError):
    """A name leads into the own network, or is none."""


class NoRoom(Exception):
    """The keys could not be written to a file here: the disk is full, say."""


class BadAddress(ValueError):
    """What is no address of an office; ``code`` says why.

    :param code: ``scheme``, ``user``, ``host`` or ``parts``
    """

    def __init__(self, code):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Door:
    """Where an office takes packages, and who we are there.

    :param url: without a query
    :param headers: with what it knows us by; never logged
    :param authorities: PEM of whom it trusts in place of the usual ones; empty: the usual ones
    :param certificate: PEM of our certificate and its key; empty: none
    :param private: whether it may be in the own network
    """

    url: str
    headers: tuple[tuple[str, str], ...] = ()
    authorities: str = ""
    certificate: str = ""
    private: bool = False

    def __repr__(self):
        return f"Door({self.url!r})"


def check_address(url):
    """:raises BadAddress: for what is no address of an office"""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress("host") from error
    if parts.scheme != "https":
        raise BadAddress("scheme")
    if "@" in parts.netloc:
        raise BadAddress("user")
    if not host or not parts.netloc.isascii() or re.search(r"[\s\\]", url):
        raise BadAddress("host")
    if parts.query or parts.fragment:
        raise BadAddress("parts")


def ask(door, method, path, headers=(), body=None, most=LARGEST, together=None):
    """Ask an office something, once.

    :param path: below the address of the door, with a query where there is one
    :param headers: pairs
    :param body: bytes, or a binary stream at its beginning
    :param most: bytes that an answer may have
    :param together: seconds for all of the exchange; ``None``: :data:`TOGETHER`. What is large has
        more, see :data:`SLOWEST`
    :return: :class:`~.rules.delivery.Answer`; it never raises for what the other side does
    """
    try:
        check_address(door.url)
    except BadAddress:
        return Answer(fault="address")
    seconds = (together or TOGETHER) + super_len(body or b"") / SLOWEST
    with _Limit(min(seconds, LONGEST)) as limit:
        return _asked(door, method, path, (*door.headers, *headers), body, limit, most)


def _asked(door, method, path, headers, body, limit, most):
    try:
        with _session(door, limit) as session:
            response = session.request(
                method,
                door.url.rstrip("/") + path,
                headers=dict(_clean(headers)),
                data=body,
                timeout=SILENCE,
                allow_redirects=False,
                stream=True,
            )
            with response:
                return _answer(response, limit, most)
    except requests.exceptions.RequestException as error:
        fault = _fault(error)
        return Answer(fault="timeout" if limit.over and fault != "connect" else fault)
    except NoRoom as error:
        # No fault of theirs, and nothing left: it is tried again.
        _logger.error("Nobody can be asked from this host: %s", error.__cause__)
        return Answer(fault="connect")
    except (OSError, ValueError):
        # Keys or certificates that can't be read, and headers that are none.
        return Answer(fault="tls")


def _answer(response, limit, most):
    body = bytearray()
    try:
        # What has come, not a full piece: who drips is not waited for.
        while piece := response.raw.read1(PIECE, decode_content=True):
            body += piece
            if len(body) > most:
                return Answer(fault="too_large")
    except ReadTimeoutError:
        return Answer(fault="timeout")
    except (HTTPError, OSError):
        return Answer(fault="timeout" if limit.over else "cut")
    if limit.over:
        return Answer(fault="timeout")
    said = response.headers.get
    return Answer(
        response.status_code,
        body=bytes(body),
        retry_after=said("Retry-After", ""),
        etag=said("ETag", ""),
        next_cursor=said("X-Next-Cursor", ""),
    )


def _clean(headers):
    for name, value in headers:
        if not _HEADER.fullmatch(value):
            raise ValueError(f"the header {name} holds signs that it may not hold")
        yield name, value


def _fault(error):
    """Why there is no answer; see :data:`~.rules.delivery.BEFORE`."""
    if isinstance(error, requests.exceptions.SSLError):
        # A line that is cut while much is sent ends in the middle of its cipher.
        return "cut" if _behind(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)) else "tls"
    if isinstance(error, requests.exceptions.ReadTimeout):
        return "timeout"
    if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader)):
        return "address"
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, (NewConnectionError, ConnectTimeoutError)):
        return "connect"
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return "connect"
    forbidden = _behind(error, Forbidden)
    return "address" if forbidden else "cut"


def _behind(error, kind):
    """Whether some fault is why another came."""
    seen = set()
    waiting = [error]
    while waiting:
        each = waiting.pop()
        if isinstance(each, kind):
            return True
        if id(each) in seen or not isinstance(each, BaseException):
            continue
        seen.add(id(each))
        waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
    return False


class _Session(requests.Session):
    """A session that looks at no redirect: the library would read all of its body for that."""

    def get_redirect_target(self, resp):
        return None


class _Limit:
    """The time of an exchange. When it is over its lines are cut, whatever they wait for.

    :param seconds: from now on
    """

    def __init__(self, seconds):
        self.seconds, self.over = seconds, False
        self._lines = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self):
        self._timer.start()
        return self

    def __exit__(self, *_error):
        self._timer.cancel()
        for line in self._lines:
            line.close()

    def watch(self, line):
        """Cut this line too. A second end of it is kept: TLS takes over the first."""
        self._lines.append(line.dup())
        if self.over:
            self._cut()

    def _cut(self):
        self.over = True
        for line in self._lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


@contextmanager
def _session(door, limit):
    """A session that lives as long as one question; keys are in files of ours as long."""
    with (
        _folder() as folder,
        _Session() as session,
    ):
        session.trust_env = False
        session.headers = {"User-Agent": AGENT, "Accept": "application/json, application/xml"}
        session.verify = _file(folder, "authorities.pem", door.authorities) or True
        session.cert = _file(folder, "certificate.pem", door.certificate)
        session.mount("https://", _Adapter(door.private, limit))
        yield session


def _folder():
    try:
        return tempfile.TemporaryDirectory(prefix="payt_dunning_")
    except OSError as error:
        raise NoRoom from error


def _file(folder, name, text):
    if not text:
        return None
    file = Path(folder, name)
    try:
        file.touch(mode=0o600)
        file.write_text(text, encoding="ascii")
    except OSError as error:
        raise NoRoom from error
    return str(file)


def is_public(address):
    """Whether an address on the network is that of somebody outside."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global


class _Line(HTTPSConnection):
    """A line to an address that was looked at: a name may lead elsewhere than a moment ago."""

    private, limit = False, None

    def _new_conn(self):
        failed = None
        for address in self._addresses():
            try:
                line = create_connection(
                    (address, self.port), self.timeout, socket_options=self.socket_options
                )
            except TimeoutError as error:
                failed = ConnectTimeoutError(self, f"{self.host} does not answer")
                failed.__cause__ = error
            except OSError as error:
                failed = NewConnectionError(self, f"{self.host} can't be reached")
                failed.__cause__ = error
            else:
                self.limit.watch(line)
                return line
            if self.limit.over:
                break
        raise failed or NewConnectionError(self, f"{self.host} is nowhere")

    def _addresses(self):
        """Where the name leads, all of it looked at."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except UnicodeError as error:
            raise Forbidden("this is no name") from error
        addresses = list(dict.fromkeys(place[0] for *_kind, place in found))
        if not self.private and not all(map(is_public, addresses)):
            raise Forbidden("the address lies in the own network")
        return addresses


class _Adapter(HTTPAdapter):
    """Nothing is tried again here: when, is decided where it is noted."""

    def __init__(self, private, limit):
        self._line = type("_LineOf", (_Line,), {"private": private, "limit": limit})
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args, **kwargs):
        made = super().init_poolmanager(*args, **kwargs)
        pool = type("_PoolOf", (HTTPSConnectionPool,), {"ConnectionCls": self._line})
        self.poolmanager.pool_classes_by_scheme = {"https": pool}
        return made
