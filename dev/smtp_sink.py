"""Mail server of the demo: takes every message and keeps it in a Maildir.

Run by the environment's Python: ``smtp_sink.py PORT MAILDIR``. Standard output
is its log, one line for each accepted message.
"""

import itertools
import os
import signal
import sys
import threading
import time
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from pathlib import Path

from aiosmtpd.controller import Controller


class Keeper:
    """Keep messages as a delivery agent would, with the envelope in headers."""

    def __init__(self, folder):
        for part in ("tmp", "new", "cur"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.numbers = itertools.count()

    async def handle_DATA(self, server, session, envelope):
        """Store one message, then accept it."""
        content = envelope.original_content.replace(b"\r\n", b"\n")
        marks = [f"Delivered-To: {recipient}" for recipient in envelope.rcpt_tos]
        marks.append(f"Return-Path: <{envelope.mail_from or ''}>")
        key = f"{time.time_ns()}.{os.getpid()}_{next(self.numbers)}.sink"
        part = self.folder / "tmp" / key
        part.write_bytes("\n".join([*marks, ""]).encode() + content)
        part.rename(self.folder / "new" / key)
        subject = BytesHeaderParser().parsebytes(content.partition(b"\n\n")[0])["Subject"]
        stamp = time.strftime("%Y-%m-%d %H:%M:%S")
        recipients = ", ".join(envelope.rcpt_tos)
        print(f"{stamp} accepted {key} for {recipients}: {_readable(subject)}", flush=True)
        return f"250 kept as {key}"


def _readable(header):
    """A header as people read it."""
    return str(make_header(decode_header(header or "")))


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
