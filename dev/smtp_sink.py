"""Mail server of the demo: takes every message and keeps it in a Maildir.

Run by the environment's Python: ``smtp_sink.py PORT MAILDIR``. Standard output
is its log, one line for each accepted message.
"""

import email
import email.policy
import mailbox
import signal
import sys
import threading
import time
from pathlib import Path

from aiosmtpd.controller import Controller


class Keeper:
    """Keep messages as a delivery agent would, with the envelope in headers."""

    def __init__(self, folder):
        for part in ("tmp", "new", "cur"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        self.box = mailbox.Maildir(folder, create=True)

    async def handle_DATA(self, server, session, envelope):
        """Store one message, then accept it."""
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.SMTP)
        for recipient in envelope.rcpt_tos:
            message["Delivered-To"] = recipient
        message["Return-Path"] = f"<{envelope.mail_from or ''}>"
        key = self.box.add(message)
        stamp = time.strftime("%Y-%m-%d %H:%M:%S")
        recipients = ", ".join(envelope.rcpt_tos)
        print(f"{stamp} accepted {key} for {recipients}: {message['Subject']}", flush=True)
        return f"250 kept as {key}"


def main(port, folder):
    """Serve until the process is told to end."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    controller = Controller(Keeper(Path(folder)), hostname="127.0.0.1", port=int(port))
    controller.start()
    print(f"listening on 127.0.0.1:{port}", flush=True)
    ended.wait()
    controller.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
