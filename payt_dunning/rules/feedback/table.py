"""Messages of offices as a table: a row for each thing that is told.

Each row repeats the message (``feedback_id``, ``sender``, ``sent_at``, ``test``) and the case
(``dossier_id``, ``case_number``, ``recipient_reference``, ``currency``), says its ``kind`` (status,
event, booking, balance, remittance, question, closure) and fills in the columns of that kind; they
are called as the attributes of the XML, in small letters. Files come with XML only.
"""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import get_type_hints

from lxml import etree

from ..dossier.csv import read as read_rows
from ..dossier.parsing import LARGEST
from ..dossier.problems import Refused, problem
from ..dossier.schema import FEEDBACK_NAMESPACE
from ..dossier.slots import clean_text
from .values import PARTS, camel

HEAD = ("feedback_id", "sender", "sent_at", "test")
CASE = ("dossier_id", "case_number", "recipient_reference", "currency")
#: Without files beside it a table can't tell of files.
KINDS = {kind.KIND: kind for kind in PARTS.values() if kind.KIND != "document"}
TEXT = ("event", "question")
#: More rows are no message.
MOST_ROWS = 50_000
_DAY = re.compile(r"(\d{2})-(\d{2})-(\d{4})")
YES = {"yes": "true", "no": "false", "ja": "true", "nee": "false"}


def to_xml(content: bytes, name: str) -> etree._Element:
    """The XML that a table stands for; not yet valid.

    :raises Refused: for what is no such table
    """
    if len(content) > LARGEST:
        raise Refused(problem("xml_too_large", name, size=len(content), most=LARGEST))
    try:
        rows, form = read_rows(content)
    except (ValueError, UnicodeDecodeError) as error:
        raise Refused(problem("csv_broken", name, why=error)) from error
    if not rows or len(rows) > MOST_ROWS:
        raise Refused(problem("feedback_rows", name, count=len(rows), most=MOST_ROWS))
    if missing := [each for each in (*HEAD, *CASE[:3], "kind") if each not in rows[0]]:
        raise Refused(problem("csv_columns", name, columns=", ".join(missing)))
    rows = [{key: _unquoted(value) for key, value in row.items()} for row in rows]
    if len({tuple(row[each] for each in HEAD) for row in rows}) > 1:
        raise Refused(problem("feedback_heads", name))
    return _tree(rows, name, form.decimal)


def _tree(rows, name, comma):
    root = etree.Element(
        f"{{{FEEDBACK_NAMESPACE}}}CollectionFeedback",
        nsmap={None: FEEDBACK_NAMESPACE},
        schemaVersion="1.0",
    )
    head = {each: rows[0][each] for each in HEAD}
    head["test"] = YES.get(head["test"].lower(), head["test"])
    _element(root, "Header", head)
    piles: dict = {}
    for number, row in enumerate(rows, 2):
        if row["kind"] not in KINDS:
            raise Refused(problem("feedback_kind", f"{name}, row {number}", kind=row["kind"]))
        piles.setdefault(tuple(row.get(each, "") for each in CASE), []).append(row)
    for case, told in piles.items():
        element = _element(root, "Case", dict(zip(CASE, case, strict=True)))
        for kind in KINDS.values():
            for row in told:
                if row["kind"] == kind.KIND:
                    _element(element, kind.__name__, *_values(kind, row, comma))
    return root


def _values(kind, row, comma):
    """Attributes and text of an element."""
    values, hints = {}, get_type_hints(kind)
    for each in fields(kind):
        said, hint = row.get(each.name, ""), hints[each.name]
        if hint in (Decimal, Decimal | None):
            said = said.replace(comma, ".")
        elif hint in (date, date | None):
            said = _DAY.sub(r"\3-\2-\1", said)
        elif hint is datetime:
            said = said.replace(" ", "T", 1)
        if said:
            values[each.name] = said
    text = values.pop("text", "") if kind.KIND in TEXT else ""
    return values, text


def _element(parent, tag, values, text=""):
    element = etree.SubElement(parent, f"{{{FEEDBACK_NAMESPACE}}}{tag}")
    for key, value in values.items():
        if value:
            element.set(camel(key), clean_text(value))
    element.text = clean_text(text) or None
    return element


def _unquoted(value):
    """A cell without the sign that keeps a spreadsheet from taking it for a formula."""
    value = value.strip()
    return value[1:] if value[:1] == "'" else value
