"""PDFs of the package: whether they open, how many pages they have, what can be read in them."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

try:
    from pypdf import PdfReader
except ImportError:  # Odoo on older systems brings this one
    from PyPDF2 import PdfReader

#: By its first bytes a PDF is told; some programs write a few others before them.
HEAD, WITHIN = b"%PDF-", 1024
#: By these it ends; behind much else the reader looks for them byte by byte, for minutes.
END, ENDS_WITHIN = b"%%EOF", 64 * 1024
#: Entries of the catalogue by which a PDF does something when it is opened.
_ACTIVE = ("/OpenAction", "/AA")
_PROGRAMS = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData")


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the remarks of the reader: what matters becomes a problem."""
    loggers = [logging.getLogger(name) for name in ("pypdf", "PyPDF2")]
    levels = [each.level for each in loggers]
    for each in loggers:
        each.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for each, level in zip(loggers, levels, strict=True):
            each.setLevel(level)


def _reader(stream: IO[bytes]) -> PdfReader:
    """:raises ValueError: for what is no PDF from its beginning to its end"""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - ENDS_WITHIN))
    if END not in stream.read(ENDS_WITHIN):
        raise ValueError("the end of the PDF is missing")
    stream.seek(0)
    return PdfReader(stream, strict=False)


def look(stream: IO[bytes]) -> tuple[int, str]:
    """Number of pages of a PDF, and why it can't be taken along.

    :param stream: seekable
    :return: pages, and ``""``, ``encrypted``, ``active`` or ``broken``
    """
    with _quiet():
        try:
            reader = _reader(stream)
            if reader.is_encrypted:
                return 0, "encrypted"
            root = reader.trailer["/Root"].get_object()
            if _is_active(root):
                return 0, "active"
            pages = len(reader.pages)
        except Exception:  # a broken file may raise anything
            return 0, "broken"
    return (pages, "") if pages else (0, "broken")


def _is_active(root) -> bool:
    """Whether a catalogue holds scripts, or starts something."""
    names = root.get("/Names")
    names = names.get_object() if names is not None else {}
    if "/JavaScript" in names:
        return True
    for key in _ACTIVE:
        action = root.get(key)
        action = action.get_object() if action is not None else None
        if isinstance(action, dict) and (key == "/AA" or action.get("/S") in _PROGRAMS):
            return True
    return False


def text_of(stream: IO[bytes]) -> Iterator[str]:
    """What can be read in a PDF: its properties, then page by page text and where links lead.

    What is on a page as a picture can't be read.

    :raises ValueError: for a PDF that can't be read
    """
    with _quiet():
        try:
            reader = _reader(stream)
            told = reader.metadata or {}
            yield "\n".join(str(value) for value in told.values())
            for page in reader.pages:
                yield "\n".join([page.extract_text() or "", *_targets(page)])
        except Exception as error:  # a broken file may raise anything
            raise ValueError(str(error)) from error


def _targets(page) -> Iterator[str]:
    """The addresses to which the links of a page lead."""
    notes = page.get("/Annots")
    for note in notes.get_object() if notes is not None else ():
        action = note.get_object().get("/A")
        address = action.get_object().get("/URI") if action is not None else None
        if address is not None:
            yield str(address.get_object())
