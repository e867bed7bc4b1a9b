"""Reading a message of an office: XML, CSV, or a ZIP of one of them with files beside it.

What it is, is decided by its bytes. CSV becomes the XML that it stands for, so that one schema
decides about both.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import get_type_hints

import xmltodict
from lxml import etree

from ..dossier.archive import ARCHIVES, Archive, Bounds
from ..dossier.parsing import LARGEST, parse
from ..dossier.problems import Refused, problem
from ..dossier.schema import FEEDBACK_NAMESPACE, demand_valid
from .table import to_xml
from .values import PARTS, CaseFeedback, Document, Feedback, camel

#: What a ZIP may hold.
BOUNDS = Bounds(files=500)
ZIP = b"PK\x03\x04"
XML, CSV = ".xml", ".csv"
NONE: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Message:
    """A message and the files that came with it, by name; a bare XML may tell of some that did not."""

    feedback: Feedback
    files: Mapping[str, bytes] = field(default_factory=lambda: NONE)


def read(content: bytes, name: str = "feedback") -> Message:
    """A message of an office.

    :param content: the file as it came
    :param name: what it is called in problems
    :raises Refused: with all that is wrong, for a person to read
    """
    if content[:4] == ZIP:
        return _read_zip(content, name)
    return Message(_feedback(_root(content, name), name))


def _read_zip(content, name):
    archive = Archive(io.BytesIO(content), name, BOUNDS)
    heads = [each for each in archive.sizes if each.lower().endswith((XML, CSV))]
    told = [each for each in heads if each.rpartition(".")[0] == "feedback"] or heads
    if len(told) != 1:
        raise Refused(problem("feedback_files", name, count=len(told)))
    if archive.sizes[told[0]] > LARGEST:
        raise Refused(problem("xml_too_large", told[0], size=archive.sizes[told[0]], most=LARGEST))
    feedback = _feedback(_root(archive.content(told[0]), told[0]), told[0])
    files, problems = {}, []
    for document in (each for case in feedback.cases for each in case.all(Document)):
        if document.file not in archive.sizes:
            problems.append(problem("missing", document.file))
            continue
        digest, head = archive.sha256(document.file)
        if digest != document.sha256:
            problems.append(problem("document_hash", document.file))
        elif head.startswith(ARCHIVES):
            problems.append(problem("zip_nested", document.file))
        else:
            files[document.file] = archive.content(document.file)
    problems += [
        problem("not_listed", each, where=told[0])
        for each in sorted(set(archive.sizes) - set(files) - {told[0]})
        if not problems
    ]
    if problems:
        raise Refused(*problems)
    return Message(feedback, MappingProxyType(files))


def _root(content, name):
    """The root element of XML, or of the XML that a CSV stands for; valid by the schema."""
    is_xml = content.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")
    root = parse(content, name) if is_xml else to_xml(content, name)
    if root.tag != f"{{{FEEDBACK_NAMESPACE}}}CollectionFeedback":
        raise Refused(problem("schema_unknown", name, root=root.tag))
    demand_valid(root, name)
    return root


def _feedback(root, name):
    tree = xmltodict.parse(
        etree.tostring(root),
        process_namespaces=True,
        namespaces={FEEDBACK_NAMESPACE: None},
        force_list=("Case", *PARTS),
        attr_prefix="",
        cdata_key="text",
        strip_whitespace=True,
    )["CollectionFeedback"]
    head = tree["Header"]
    try:
        return Feedback(
            id=head["feedbackId"],
            sender=head["sender"],
            sent_at=_moment(head["sentAt"]),
            test=head["test"] in ("true", "1"),
            cases=tuple(_case(each) for each in tree["Case"]),
        )
    except (ValueError, ArithmeticError) as error:
        # Days that the schema takes and the calendar does not have, of the year 0000 say.
        raise Refused(problem("feedback_value", name, why=error)) from error


def _case(given):
    return CaseFeedback(
        dossier_id=given["dossierId"],
        case_number=given["caseNumber"],
        recipient_reference=given["recipientReference"],
        currency=given.get("currency", ""),
        parts=tuple(
            _part(kind, each or {}) for name, kind in PARTS.items() for each in given.get(name, ())
        ),
    )


def _part(kind, given):
    hints = get_type_hints(kind)
    given = {"text": given} if isinstance(given, str) else given
    values = {}
    for each in fields(kind):
        said = given.get(camel(each.name))
        if said not in (None, ""):
            values[each.name] = _value(hints[each.name], said)
    return kind(**values)


def _value(hint, said):
    if hint in (Decimal, Decimal | None):
        return Decimal(said)
    if hint is datetime:
        return _moment(said)
    if hint in (date, date | None):
        return date.fromisoformat(said)
    return said


def _moment(said):
    return datetime.fromisoformat(said.replace("Z", "+00:00")).astimezone(timezone.utc)
