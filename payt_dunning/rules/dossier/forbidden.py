"""What must not be in a dossier: links that still work, numbers of persons, traces of visits.

:func:`scan` tells what it finds in text. Links and numbers of persons can be taken out of text
(:func:`redact`), of HTML before it is rendered (:func:`redact_html`), and of all that people wrote
in a dossier (:func:`redact_dossier`).

Numbers are told by their check digits. One in eleven numbers of nine digits passes by chance: in
PDFs they are warnings, except beside a word that says what they are.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any
from urllib.parse import unquote

from lxml import etree, html

from .dossier import Dossier
from .problems import ERROR, WARNING, Problem, problem
from .slots import slot_of

#: What XML has no way to write.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: A sign by its number, as HTML may have it.
_REFERENCE = re.compile(r"&#([xX][0-9a-fA-F]{1,12}|[0-9]{1,12});?")
#: What makes an address a key: pages of debtors, codes of letters, portal and payment tokens,
#: links that are tracked, passwords.
_KEYS = re.compile(
    r"""/claim/[a-z]/\d+(?:/[\w.~%=-]*)?
    | /c/[0-9A-Za-z]{4}[\s-]?[0-9A-Za-z]{4}(?![0-9A-Za-z])
    | /my/claims/\d+
    | [?&;](?:amp;)?(?:access_token|signed|token|signup_token|api_key|auth)=[^\s&"'<>]+
    | \baccess_token\s*[=:]\s*[^\s&"'<>]{6,}
    | /r/[0-9A-Za-z]{3,}/m/\d+
    | /web/(?:reset_password|signup)\?
    """,
    re.VERBOSE | re.IGNORECASE,
)
#: An address as it stands in text: until a space, quote or angle bracket.
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s\"'<>]+|/(?:claim|c|my|r|web|payment)/[^\s\"'<>]+")
_PAGE_CODE = re.compile(
    r"\bPIN(?:-?code)?\b[^\w\n]{0,6}(?:\s?is\s)?\d{3}\s?\d{3}(?!\d)", re.IGNORECASE
)
_NINE = re.compile(r"(?<![\w+.,/-])\d(?:[ .\xa0]?\d){8}(?![\w]|[.,/-]\d)")
_NAMED = re.compile(r"\b(?:bsn|burgerservicenummer|sofi-?nummer|citizen service number)\b", re.I)
#: What somebody typed after such a name, with a mistake in it perhaps.
_TYPED = re.compile(r"\d(?:[ .\xa0-]?\d){7,8}(?!\w)")
_BETWEEN = re.compile(r"[^\w\n]{0,8}(?:(?:is|nr|no|nummer|number)\b[^\w\n]{0,6})?", re.I)
#: So far before a number a word still names it.
_NEAR = 40
_ABROAD = re.compile(r"(?:\+|\b00)\d{1,3}[\s.()-]*$")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])", re.IGNORECASE)
_AGENT = re.compile(r"\bMozilla/\d|\bAppleWebKit/\d|\b(?:curl|python-requests|okhttp)/\d")
_AGENT_LINE = re.compile(f"(?:{_AGENT.pattern})[^\n]*")
_CARD = re.compile(r"(?<![\w.,-])\d(?:[ -]?\d){12,18}(?![\w]|[.,-]\d)")
_BRAND = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|3[47]\d{13}|6(?:011|5\d\d)\d{12}"
)
LINK_REMOVED, NUMBER_REMOVED = "[link removed]", "[number removed]"
ADDRESS_REMOVED = "[address removed]"
#: The part of an address that is shown: enough to find it, not enough to use it.
_FIRST = re.compile(r"/?[A-Za-z_]*/?")


def scan(text: str, where: str, numbers: str = ERROR) -> list[Problem]:
    """What must not be in some text.

    :param where: which text it is, for the problems
    :param numbers: severity of what is a number of a person by its check digits alone
    """
    found = [problem("link", where, found=_hint(each)) for each in _links(text)]
    found += [problem("page_code", where) for _each in _PAGE_CODE.finditer(text)]
    for match in _persons(text):
        severity = ERROR if _is_named(text, match) else numbers
        found.append(problem("national_id", where, severity, found=_hint(match[0])))
    for match in _cards(text):
        found.append(problem("card_number", where, numbers, found=_hint(match[0])))
    found += [
        problem("ip_address", where, numbers, found=_hint(match[0])) for match in _addresses(text)
    ]
    found += [problem("user_agent", where, found=match[0]) for match in _AGENT.finditer(text)]
    return found


def is_national_id(digits: str) -> bool:
    """Whether nine digits pass the check of Dutch citizen service numbers (BSN, 11-test)."""
    if len(digits) != 9 or not digits.isdecimal() or not int(digits):
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
    return total % 11 == 0


def redact(text: str) -> str:
    """Text without links that may work, codes of pages, numbers of persons and cards, visits."""
    text = _ADDRESS.sub(lambda match: LINK_REMOVED if _opens(match[0]) else match[0], text)
    text = _KEYS.sub(LINK_REMOVED, text)
    text = _PAGE_CODE.sub("PIN " + NUMBER_REMOVED, text)
    text = _AGENT_LINE.sub("[browser removed]", text)
    instead = ((_persons, NUMBER_REMOVED), (_cards, NUMBER_REMOVED), (_addresses, ADDRESS_REMOVED))
    for matches, word in instead:
        for match in reversed(list(matches(text))):
            text = text[: match.start()] + word + text[match.end() :]
    return text


def _writable(reference: re.Match) -> str:
    """A reference to a sign by its number; nothing where XML has no way to write that sign."""
    text = reference[1]
    code = int(text[1:], 16) if text[0] in "xX" else int(text)
    known = code <= 0x10FFFF and not _UNWRITABLE.match(chr(code))
    return reference[0] if known else ""


def _drop(node: etree._Element, name: str) -> None:
    """Take an attribute out; all, where it has a name by which it can't be found."""
    try:
        del node.attrib[name]
    except KeyError:
        node.attrib.clear()


def redact_html(content: str) -> str:
    """The same of HTML that will be rendered, without attributes that lead there and comments.

    :return: HTML; empty for empty content
    """
    content = _UNWRITABLE.sub("", _REFERENCE.sub(_writable, content))
    if not content.strip():
        return ""
    root = html.fragment_fromstring(content, create_parent="div")
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    for node in root.iter():
        for name, value in list(node.attrib.items()):
            if redact(unquote(value)) != unquote(value):
                _drop(node, name)
        if node.text:
            node.text = redact(node.text)
        if node.tail and node is not root:
            node.tail = redact(node.tail)
    inner = html.tostring(root, encoding="unicode")
    return inner[len("<div>") : -len("</div>")]


def redact_dossier(dossier: Dossier) -> tuple[Dossier, list[Problem]]:
    """A dossier whose free texts hold nothing of the kind, and what was found in them before.

    Numbers of records, e-mail addresses and phones stay as they are: the format asks for them.
    """
    found: list[Problem] = []

    def clean(text: str, where: str) -> str:
        found.extend(scan(text, where))
        return redact(text)

    return _each_text(dossier, clean, "dossier"), found


def scan_dossier(dossier: Dossier) -> list[Problem]:
    """What must not be in the free texts and identifiers of a dossier."""
    found: list[Problem] = []

    def look(text: str, where: str) -> str:
        found.extend(scan(text, where))
        return text

    _each_text(dossier, look, "dossier")
    for each in dossier.debtors:
        if each.person and each.person.trading_as:
            for identifier in each.person.trading_as.identifiers:
                found += _in_identifier(identifier, f"debtor {each.number}")
        for identifier in each.entity.identifiers if each.entity else ():
            if identifier.scheme == "local":
                found += scan(identifier.value, f"debtor {each.number}")
    return found


def _in_identifier(identifier, where: str) -> list[Problem]:
    """Numbers of sole traders: until 2020 their VAT numbers were made of the BSN."""
    old_vat = re.fullmatch(r"(?:NL)?(\d{9})B\d\d", identifier.value.replace(".", ""))
    if old_vat and is_national_id(old_vat[1]):
        return [problem("national_id", where, WARNING, found=_hint(identifier.value))]
    return scan(identifier.value, where)


def _each_text(value: Any, act: Callable[[str, str], str], where: str) -> Any:
    """A dataclass with each text that people wrote replaced by what ``act`` makes of it."""
    changes = {}
    for each in fields(value):
        content, slot = getattr(value, each.name), slot_of(each)
        place = f"{where}/{slot.name}" if slot.name else where
        if is_dataclass(content):
            changes[each.name] = _each_text(content, act, place)
        elif slot.place == "parts":
            changes[each.name] = tuple(
                _each_text(one, act, f"{place}[{number}]") for number, one in enumerate(content, 1)
            )
        elif content and isinstance(content, str) and slot.kind.free:
            changes[each.name] = act(content, place)
    return replace(value, **changes)


def _opens(address: str) -> bool:
    """Whether an address holds a key, also one that is written with percent signs."""
    return bool(_KEYS.search(address) or _KEYS.search(unquote(unquote(address))))


def _links(text: str) -> Iterator[str]:
    rest = text
    for match in _ADDRESS.finditer(text):
        if _opens(match[0]):
            yield match[0]
            rest = rest.replace(match[0], " ")
    for match in _KEYS.finditer(rest):
        yield match[0]


def _hint(found: str) -> str:
    """The beginning of what was found; of a number its last three digits."""
    bare = " ".join(found.split())
    if bare[:1].isdigit():
        return "…" + bare[-3:]
    path = re.sub(r"^(?:https?://|www\.)[^/]+", "", bare)
    return _FIRST.match(path)[0] + "…"


def _is_named(text: str, match: re.Match) -> bool:
    return bool(_NAMED.search(text, max(0, match.start() - _NEAR), match.start()))


def _persons(text: str) -> Iterator[re.Match]:
    """Numbers that may be a BSN, in order; not the part of a phone number after its country.

    What its name stands before is one, whether or not its check digit fits.
    """
    found = {}
    for match in _NINE.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if is_national_id(digits) and not _ABROAD.search(text[: match.start()][-_NEAR:]):
            found[match.start()] = match
    for name in _NAMED.finditer(text):
        if match := _TYPED.match(text, _BETWEEN.match(text, name.end()).end()):
            found[match.start()] = match
    yield from (found[start] for start in sorted(found))


def _cards(text: str) -> Iterator[re.Match]:
    """Numbers of payment cards: those of a brand whose check digit fits (ISO 7812)."""
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
        if _BRAND.fullmatch(digits) and sum(each - 9 * (each > 9) for each in doubled) % 10 == 0:
            yield match


def _addresses(text: str) -> Iterator[re.Match]:
    """Addresses on the network, of version 4 and 6."""
    for pattern in (_IPV4, _IPV6):
        for match in pattern.finditer(text):
            try:
                address = ipaddress.ip_address(match[0])
            except ValueError:
                continue
            if address.version == 4 or len(match[0]) > 6:
                yield match
