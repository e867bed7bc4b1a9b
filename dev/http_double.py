"""A server for tests that stands in for a provider's HTTP API, and misbehaves on request.

It runs in a thread of the test and speaks real HTTP, so that a real Odoo process can be refused,
kept waiting, told nonsense or killed at an exact moment.
"""

import json
import threading
import time
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Reply:
    """What happens to one request, after its messages are stored.

    :param status: of HTTP
    :param body: in place of the right answer
    :param hook: called with the request before it is answered
    :param hang: seconds until then
    :param drop: the line is cut instead
    :param lose: nothing is stored: it is refused
    :param twice: each message is answered about twice
    :param state: of the messages, see the API
    """

    status: int = 200
    body: bytes | None = None
    hook: object = None
    hang: float = 0
    drop: bool = False
    lose: bool = False
    twice: bool = False
    state: str = ""


TAKE = Reply()


class HttpDouble(ThreadingHTTPServer):
    """The server: ``port``, ``requests``, ``messages`` (what left to whom), what happens next.

    ``behave(...)`` queues replies, one for each coming request, in order; everything else is
    taken. A class of its own for each API says what is in a request, and how it is answered.
    """

    daemon_threads = True

    def __init__(self, port):
        self.port = port
        self.requests, self.messages = [], []
        self._queue = deque()
        self._arrived = threading.Condition()
        super().__init__(("127.0.0.1", port), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)

    @property
    def url(self):
        """Return the address without a path."""
        return f"http://127.0.0.1:{self.port}"

    def __exit__(self, *_problem):
        self.stop()

    def start(self):
        """Begin to listen."""
        self._thread.start()

    def stop(self):
        """End; what is asked for afterwards is refused by the system."""
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        self.server_close()

    def behave(self, *replies):
        """Queue what happens to the next requests, in order."""
        self._queue.extend(replies)

    def wait_for(self, count, timeout=60):
        """Wait until ``count`` messages are stored; return all of them."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.messages) >= count, timeout):
                raise AssertionError(
                    f"{len(self.messages)} of {count} messages arrived in {timeout} s"
                )
        return self.messages

    def take(self, path, headers, content):
        """Store a request; return it read, and what happens to it."""
        reply = self._queue.popleft() if self._queue else TAKE
        request = {"path": path, "headers": dict(headers), "json": json.loads(content)}
        with self._arrived:
            self.requests.append(request)
            if not reply.lose:
                self.messages += self.read(request)
            self._arrived.notify_all()
        return request, reply

    def read(self, request):
        """Return the messages in a request: ``[(number, text)]``."""
        raise NotImplementedError

    def answer(self, request, reply):
        """Return the right answer to a request, as JSON."""
        raise NotImplementedError

    def handle_error(self, request, client_address):
        """A cut line is no news here."""


class SmsGateway(HttpDouble):
    """Odoo's gateway of text messages (IAP, ``/api/sms/3/send``)."""

    def read(self, request):
        """Return number and text of each message."""
        return [
            (number["number"], message["content"])
            for message in request["json"]["params"]["messages"]
            for number in message["numbers"]
        ]

    def answer(self, request, reply):
        """Tell the state of each message."""
        results = [
            {"uuid": number["uuid"], "state": reply.state or "success", "credit": 1}
            for message in request["json"]["params"]["messages"]
            for number in message["numbers"]
        ]
        results *= 2 if reply.twice else 1
        return {"jsonrpc": "2.0", "id": request["json"]["id"], "result": results}


class WhatsappApi(HttpDouble):
    """The messages of the WhatsApp Business Cloud API."""

    def read(self, request):
        """Return number and template of a message."""
        message = request["json"]
        return [(message["to"], message["template"]["name"])]

    def answer(self, request, reply):
        """Accept a message."""
        number = request["json"]["to"]
        return {
            "messaging_product": "whatsapp",
            "contacts": [{"input": number, "wa_id": number}],
            "messages": [{"id": f"wamid.{len(self.requests)}"}],
        }


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request, reply = self.server.take(self.path, self.headers, content)
        if reply.hook:
            reply.hook(request)
        if reply.hang:
            time.sleep(reply.hang)
        if reply.drop:
            self.connection.close()
            return
        body = reply.body
        if body is None:
            body = json.dumps(self.server.answer(request, reply)).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        """Print nothing: the test looks at what was stored."""
