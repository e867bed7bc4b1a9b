"""The published schemas: which file is which, and whether XML is valid by it.

A document can't choose its schema: the namespace of its root and our table do, hints in it are
never followed. A schema that was published is never changed; see ``docs/dossier-format.md``.
"""

from __future__ import annotations

import threading
from pathlib import Path

from lxml import etree

from .problems import Problem, Refused, problem

FOLDER = Path(__file__).resolve().parent.parent.parent / "static" / "dossier"
DOSSIER_NAMESPACE = "urn:payt-dunning:collection-dossier:1"
FEEDBACK_NAMESPACE = "urn:payt-dunning:collection-feedback:1"
#: The newest schema of each major version, by root element.
SCHEMAS = {
    f"{{{DOSSIER_NAMESPACE}}}CollectionDossier": "collection-dossier-1.0.xsd",
    f"{{{FEEDBACK_NAMESPACE}}}CollectionFeedback": "collection-feedback-1.0.xsd",
}
#: No more faults of a file are told: the first explain the others.
MOST = 30
_local = threading.local()


def schema_bytes(name: str = "collection-dossier-1.0.xsd") -> bytes:
    """A published schema as it is put into packages."""
    return (FOLDER / name).read_bytes()


def validate(root: etree._Element, name: str) -> list[Problem]:
    """What the schema of its version says about XML; nothing: it is valid.

    :param root: from :func:`.parsing.parse`
    :param name: what the file is called in problems
    """
    file = SCHEMAS.get(root.tag)
    if not file:
        return [problem("schema_unknown", name, root=root.tag)]
    schema = _schema(file)
    if schema.validate(root):
        return []
    return [
        problem("schema", name, line=each.line, why=_bare(each.message))
        for each in list(schema.error_log)[:MOST]
    ]


def demand_valid(root: etree._Element, name: str) -> None:
    """:raises Refused: with all that :func:`validate` finds"""
    if problems := validate(root, name):
        raise Refused(*problems)


def _bare(message: str) -> str:
    """A message of libxml2 without the namespace before each name."""
    for tag in SCHEMAS:
        message = message.replace(tag.partition("}")[0] + "}", "")
    return message


def _schema(file: str) -> etree.XMLSchema:
    """A schema, read once for each thread: it keeps the errors of its last use."""
    known = vars(_local).setdefault("schemas", {})
    if file not in known:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        known[file] = etree.XMLSchema(etree.fromstring(schema_bytes(file), parser))
    return known[file]
