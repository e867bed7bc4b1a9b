"""The one way in which XML of others is read: dossiers, feedback, answers.

Refused before a tree is built: a DOCTYPE (and with it entities, parameter entities and external
files, in every encoding), what is too large, too deep or has too many elements. Nothing is ever
fetched, neither entities nor schemas; comments and processing instructions are dropped.

Two parsers read it. Expat goes first, element by element, because it tells of a DOCTYPE when it
comes by; what it can't read never gets to libxml2.
"""

from __future__ import annotations

from xml.parsers import expat

from lxml import etree

from .problems import Refused, problem

LARGEST = 5 * 1024 * 1024
DEEPEST = 40
MOST = 200_000


class _Watch:
    """Counts elements while they go by, and stops at what is refused."""

    def __init__(self, name: str, deepest: int, most: int) -> None:
        self.name, self.deepest, self.most = name, deepest, most
        self.depth = self.count = 0

    def doctype(self, *_parts: object) -> None:
        raise Refused(problem("xml_doctype", self.name))

    def start(self, *_parts: object) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > self.deepest:
            raise Refused(problem("xml_deep", self.name, most=self.deepest))
        if self.count > self.most:
            raise Refused(problem("xml_many", self.name, most=self.most))

    def end(self, *_parts: object) -> None:
        self.depth -= 1


def parse(
    content: bytes,
    name: str = "XML",
    *,
    largest: int = LARGEST,
    deepest: int = DEEPEST,
    most: int = MOST,
) -> etree._Element:
    """The root element of XML that somebody else wrote.

    :param content: the file as it came
    :param name: what it is called in problems
    :param largest: in bytes
    :param deepest: levels of elements
    :param most: elements
    :raises Refused: with one problem, ``xml_…``
    """
    if not content.strip():
        raise Refused(problem("xml_empty", name))
    if len(content) > largest:
        raise Refused(problem("xml_too_large", name, size=len(content), most=largest))
    watch = _Watch(name, deepest, most)
    first = expat.ParserCreate()
    first.StartDoctypeDeclHandler = watch.doctype
    first.StartElementHandler = watch.start
    first.EndElementHandler = watch.end
    try:
        first.Parse(content, True)
        root = etree.fromstring(content, _parser())
    except (expat.ExpatError, etree.XMLSyntaxError, ValueError, LookupError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(problem("xml_broken", name, why=error)) from error
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise Refused(problem("xml_doctype", name))
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
