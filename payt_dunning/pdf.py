"""PDFs that others made, and files made of many; see ``odoo.tools.pdf`` for the engine."""

import io
import logging

from odoo.tools.pdf import PdfFileReader, PdfFileWriter

_logger = logging.getLogger(__name__)

#: By its first bytes a PDF is told; some programs write a few others before them.
HEAD, WITHIN = b"%PDF-", 1024


def is_pdf(content):
    """Whether stored bytes are a PDF at all: not empty, not a page that says *not found*."""
    return HEAD in (content or b"")[:WITHIN]


def page_count(content):
    """Number of pages of a PDF; 0 where it can't be read."""
    try:
        return PdfFileReader(io.BytesIO(content), strict=False).numPages if is_pdf(content) else 0
    except Exception as problem:
        _logger.info("A stored PDF can't be read: %s", problem)
        return 0


def joined(parts):
    """Several PDFs as one.

    :param parts: pairs of content and whether a blank page follows, in order
    :return: bytes
    """
    writer = PdfFileWriter()
    for content, blank in parts:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        for number in range(reader.numPages):
            writer.addPage(reader.getPage(number))
        if blank:
            last = reader.getPage(reader.numPages - 1).mediaBox
            writer.addBlankPage(width=float(last.getWidth()), height=float(last.getHeight()))
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()
