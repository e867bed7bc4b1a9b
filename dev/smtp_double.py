"""An SMTP server for tests, that misbehaves on request.

It runs in a thread of the test and speaks real SMTP, so that a real Odoo
process can be refused, kept waiting, cut off or killed at an exact moment.
"""

import asyncio
import email
import email.policy
import threading
import time
from collections import deque
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


@dataclass(frozen=True)
class Behaviour:
    """What happens to one message.

    ``rcpt`` is an answer to the recipient instead of acceptance, given after
    ``pause`` seconds; ``leave`` cuts the line there. ``data`` is an answer to
    the content instead of acceptance, ``lose`` cuts the line there; neither
    stores anything. The rest happens after the message is stored and before
    the sender is told: ``hook(message)`` is called, ``hang`` seconds pass,
    ``drop`` cuts the line.
    """

    rcpt: str = ""
    hook: object = None
    hang: float = 0
    drop: bool = False
    pause: float = 0
    leave: bool = False
    data: str = ""
    lose: bool = False


ACCEPT = Behaviour()
REFUSE = Behaviour(rcpt="550 5.1.1 no such user")
TRY_LATER = Behaviour(rcpt="451 4.3.0 try again later")
DROP = Behaviour(drop=True)
LOSE = Behaviour(lose=True)
LEAVE = Behaviour(leave=True)
REFUSE_CONTENT = Behaviour(data="554 5.7.1 not wanted here")
CONTENT_LATER = Behaviour(data="451 4.3.0 no room at the moment")


def hang(seconds):
    """Store the message, then keep the sender waiting."""
    return Behaviour(hang=seconds)


def pause(seconds):
    """Keep the sender waiting for the answer to the recipient."""
    return Behaviour(pause=seconds)


def call(hook):
    """Store the message, then call ``hook(message)`` before the sender is told."""
    return Behaviour(hook=hook)


@dataclass(frozen=True)
class Received:
    """One stored message: its envelope and its parsed content.

    ``begun`` is when its sender first named it (MAIL FROM), ``time`` when it was stored.
    """

    sender: str
    recipients: tuple
    raw: bytes
    mail: email.message.EmailMessage = field(repr=False)
    time: float
    begun: float = 0

    @property
    def subject(self):
        """Return the decoded subject."""
        return str(self.mail["Subject"])

    def body(self, kind="html"):
        """Return the text of the ``html`` or ``plain`` part, or an empty string."""
        part = self.mail.get_body(preferencelist=(kind,))
        return part.get_content() if part else ""


class SmtpServer(Controller):
    """The server: ``port``, ``messages`` and what is to happen next.

    ``behave(...)`` queues behaviours, one for each coming message, in order;
    ``behave_for(address, behaviour)`` sets one for all messages to an address
    and goes before the queue. ``choose(address)``, where set, gives a behaviour
    when the queue is empty. Everything else is accepted.

    ``watch(stage, port)``, where set, is called in a thread at each stage of a
    message: ``mail`` and ``rcpt`` before they are answered, ``stored`` before
    the sender is told, ``answered`` after; ``port`` is the sender's end of the
    line. ``begun`` counts messages named, ``broken`` lines cut after content.
    """

    def __init__(self, port):
        self.messages = []
        self.refused = []
        self.choose = None
        self.watch = None
        self.begun = 0
        self.broken = 0
        self._queue = deque()
        self._by_address = {}
        self._arrived = threading.Condition()
        super().__init__(self, hostname="127.0.0.1", port=port)

    def factory(self):
        """Make one connection's protocol, quietly (a cut line is no news here)."""
        return SMTP(self.handler, hostname="smtp.test", enable_SMTPUTF8=True)

    def behave(self, *behaviours):
        """Queue what happens to the next messages, in order."""
        self._queue.extend(behaviours)

    def behave_for(self, address, behaviour):
        """Set what happens to every message to an address."""
        self._by_address[address.lower()] = behaviour

    def wait_for(self, count, timeout=60):
        """Wait until ``count`` messages are stored; return all of them."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.messages) >= count, timeout):
                raise AssertionError(
                    f"{len(self.messages)} of {count} messages arrived in {timeout} s"
                )
        return self.messages

    async def _at(self, stage, session):
        if self.watch:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, self.watch, stage, session.peer[1])

    def _break(self, server):
        self.broken += 1
        server.transport.abort()

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        """Note when a message begins."""
        envelope.begun = time.time()
        self.begun += 1
        await self._at("mail", session)
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        """Choose the behaviour at the first recipient of each message."""
        behaviour = self._by_address.get(address.lower())
        if behaviour is None:
            behaviour = getattr(envelope, "behaviour", None)
        if behaviour is None:
            behaviour = self._queue.popleft() if self._queue else None
        if behaviour is None:
            behaviour = self.choose(address) if self.choose else ACCEPT
        envelope.behaviour = behaviour
        await self._at("rcpt", session)
        if behaviour.pause:
            await asyncio.sleep(behaviour.pause)
        if behaviour.leave:
            server.transport.abort()
        if behaviour.rcpt:
            self.refused.append(address)
            return behaviour.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        """Store the message, do what was asked for, then tell the sender."""
        behaviour = envelope.behaviour
        if behaviour.lose:
            self._break(server)
        if behaviour.data or behaviour.lose:
            return behaviour.data or "451 4.3.0 lost"
        message = Received(
            envelope.mail_from,
            tuple(envelope.rcpt_tos),
            envelope.original_content,
            email.message_from_bytes(envelope.original_content, policy=email.policy.default),
            time.time(),
            envelope.begun,
        )
        with self._arrived:
            self.messages.append(message)
            self._arrived.notify_all()
        if behaviour.hook:
            await asyncio.get_running_loop().run_in_executor(None, behaviour.hook, message)
        await self._at("stored", session)
        if behaviour.hang:
            await asyncio.sleep(behaviour.hang)
        if behaviour.drop:
            self._break(server)
        if self.watch:
            # The loop comes to it when the answer has been written.
            loop = asyncio.get_running_loop()
            port = session.peer[1]
            loop.call_soon(loop.run_in_executor, None, self.watch, "answered", port)
        return "250 OK stored"
