"""``dossier.xml``: written from values, and read back into them."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass, replace
from operator import attrgetter
from typing import Any

from lxml import etree

from .dossier import Dossier
from .parsing import parse
from .problems import Refused, problem
from .schema import DOSSIER_NAMESPACE, demand_valid
from .slots import Slot, slot_of

ROOT = f"{{{DOSSIER_NAMESPACE}}}CollectionDossier"
NAME = "dossier.xml"


def write(dossier: Dossier) -> bytes:
    """The XML of a dossier: UTF-8, indented, the same bytes for the same values in any order.

    It is not validated here; see :func:`read` and :func:`.schema.validate`.

    :raises ValueError: for parts of a cent, and for moments without time zone
    """
    root = etree.Element(ROOT, nsmap={None: DOSSIER_NAMESPACE})
    _fill(root, in_order(dossier))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def read(content: bytes, name: str = NAME) -> Dossier:
    """The dossier that XML of the format holds; what the format does not know is left out.

    :raises Refused: for anything that is not safe to read, or not valid
    """
    root = parse(content, name)
    if root.tag != ROOT:
        # A message of an office is valid as well, and no dossier.
        raise Refused(problem("schema_unknown", name, root=root.tag))
    demand_valid(root, name)
    try:
        return _value(root, Dossier)
    except (ValueError, ArithmeticError) as error:
        # The schema knows days and amounts that nobody can reckon with: a 24th hour, say.
        raise Refused(problem("xml_broken", name, why=error)) from error


def in_order(value: Any) -> Any:
    """The same values with all parts that have an order of their own in it."""
    changes = {}
    for each in fields(value):
        slot, content = slot_of(each), getattr(value, each.name)
        if slot.place == "parts":
            found = [in_order(one) for one in content]
            if slot.order:
                found.sort(key=attrgetter(*slot.order))
            changes[each.name] = tuple(found)
        elif is_dataclass(content):
            changes[each.name] = in_order(content)
    return replace(value, **changes)


def _fill(node: etree._Element, value: Any) -> None:
    """Write a dataclass into the element that stands for it."""
    for each in fields(value):
        slot, content = slot_of(each), getattr(value, each.name)
        if content is None or content == "" or content == ():
            continue
        if slot.place == "attribute":
            node.set(slot.name, slot.kind.write(content))
        elif slot.place == "content":
            node.text = slot.kind.write(content)
        elif slot.place == "element":
            _add_text(node, slot, content)
        elif slot.place == "elements":
            for one in content:
                _add_text(node, slot, one)
        elif slot.place == "part":
            _fill(_add(node, slot.name), content)
        elif slot.place == "parts":
            home = _add(node, slot.within) if slot.within else node
            for one in content:
                _fill(_add(home, slot.name), one)
        elif content:
            _add(node, slot.name)


def _add(node: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(node, f"{{{DOSSIER_NAMESPACE}}}{name}")


def _add_text(node: etree._Element, slot: Slot, content: Any) -> None:
    text = slot.kind.write(content)
    if text:
        _add(node, slot.name).text = text


def _value(node: etree._Element, of: type) -> Any:
    """The dataclass that an element of valid XML stands for."""
    found = {}
    for each in fields(of):
        content = _content(node, slot_of(each))
        if content is not MISSING:
            found[each.name] = content
    return of(**found)


def _content(node: etree._Element, slot: Slot) -> Any:
    """What stands in a slot; ``MISSING`` for nothing."""
    if slot.place == "attribute":
        text = node.get(slot.name)
        return MISSING if text is None else slot.kind.read(text)
    if slot.place == "content":
        return slot.kind.read(node.text or "")
    home = node if not slot.within else node.find(f"{{{DOSSIER_NAMESPACE}}}{slot.within}")
    children = [] if home is None else home.findall(f"{{{DOSSIER_NAMESPACE}}}{slot.name}")
    if slot.place == "mark":
        return bool(children)
    if slot.place == "parts":
        return tuple(_value(child, slot.kind) for child in children)
    if slot.place == "elements":
        return tuple(slot.kind.read(child.text or "") for child in children)
    if not children:
        return MISSING
    if slot.place == "part":
        return _value(children[0], slot.kind)
    return slot.kind.read(children[0].text or "")
