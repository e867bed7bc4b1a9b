"""How long a text message is, and what must not stand in one.

Lengths are those of 3GPP TS 23.038 (the alphabet) and TS 23.040 (messages in several parts). What
must not be said follows from where a text message is read: on a locked screen, by whoever
stands beside it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .texts import placeholders_in

GSM = "gsm"
UCS2 = "ucs2"
#: The basic alphabet (TS 23.038, 6.2.1), without the sign that leads to the extension.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: The extension (6.2.1.1): each takes two units.
EXTENSION = frozenset("\f^{}\\[~]|€")
#: Units of a message alone, and of each part of one in several parts.
ALONE = {GSM: 160, UCS2: 70}
PART = {GSM: 153, UCS2: 67}

#: What programs that mean well make of plain characters, and back.
_TYPOGRAPHIC = {
    "'": "‘’‚‛′´`ʼ",
    '"': "“”„‟″«»",
    "-": "‐‑‒–—―−•·",
    "...": "…",
    " ": "\t\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f",
    "\n": "\u2028\u2029",
    "<": "‹",
    ">": "›",
    "": "\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff",
}
_PLAIN = str.maketrans({odd: plain for plain, odds in _TYPOGRAPHIC.items() for odd in odds})


@dataclass(frozen=True, slots=True)
class Size:
    """What a text costs to send.

    :param encoding: :data:`GSM`, or :data:`UCS2` when a character needs that
    :param units: septets, or code units of 16 bits
    :param parts: messages it is sent and paid as; 0 for no text
    :param room: units that still fit into the last part
    :param forcing: the characters that need UCS-2, in order, each once
    """

    encoding: str
    units: int
    parts: int
    room: int
    forcing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What a text message must not say, or lacks.

    ========== ======================================== =====================
    code       meaning                                  values
    ========== ======================================== =====================
    amount     it tells an amount                       ``found``
    collection it tells that this is about a debt       ``found``
    no_company it does not tell who sends it            none
    no_page    it leads to no page: neither code nor link none
    ========== ======================================== =====================
    """

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


def plain(text: str) -> str:
    """The same text with plain quotes, dashes, dots and spaces, as the GSM alphabet has them.

    Letters stay as they are: they may be somebody's name.
    """
    text = unicodedata.normalize("NFC", text or "").replace("\r\n", "\n")
    return text.translate(_PLAIN)


def forcing(text: str) -> tuple[str, ...]:
    """The characters that force a text into UCS-2, in order, each once."""
    return tuple(dict.fromkeys(c for c in text or "" if c not in BASIC and c not in EXTENSION))


def size(text: str) -> Size:
    """How a text is sent; it is taken as it is, with its placeholders filled in.

    No character is torn apart between two parts, which may leave a unit of a part unused.
    """
    text = text or ""
    odd = forcing(text)
    encoding = UCS2 if odd else GSM
    widths = [_width(character, encoding) for character in text]
    units = sum(widths)
    if units <= ALONE[encoding]:
        return Size(encoding, units, 1 if units else 0, ALONE[encoding] - units, odd)
    parts, room = 1, PART[encoding]
    for width in widths:
        if width > room:
            parts, room = parts + 1, PART[encoding]
        room -= width
    return Size(encoding, units, parts, room, odd)


def _width(character, encoding):
    if encoding == GSM:
        return 2 if character in EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


# -- what must not stand in one ------------------------------------------------------------------

#: Placeholders that tell an amount, the sender, or the way to the page.
AMOUNTS = ("amount", "principal", "costs", "interest")
SENDER = "company"
WAYS = ("code", "link", "short_link")

_SIGN = r"[€$£¥]"
_CODE = r"\b(?:EUR|USD|GBP|CHF|PLN|SEK|DKK|NOK|CZK|HUF|RON)"
_NAME = r"(?:euros?|cents?|dollars?|pounds?|pond|pfund|livres?|francs?|franken|kr|zł)"
_DIGITS = r"\d[\d.,'\u00a0\u202f]{0,15}-{0,2}"
_MONEY = re.compile(
    rf"(?:{_SIGN}|{_CODE})\s?-?{_DIGITS}"
    rf"|\b{_DIGITS}\s?(?:{_SIGN}|(?:{_CODE}|{_NAME})\b)"
    # Cents after a comma, or after a point and hundreds: no time of the day, no date, no year.
    r"|(?<![\d.,:/-])\d{1,3}(?:[. ]?\d{3}){0,4},(?:\d\d|-{1,2})(?![\d.,:/-]*\d)"
    r"|(?<![\d.,:/-])\d{1,3}(?:,\d{3}){1,4}\.\d\d(?![\d.,:/-]*\d)"
    r"|(?<![\d.,:/-])(?!(?:19|20)\d\d\.)\d{3,9}\.\d\d(?![\d.,:/-]*\d)",
    re.IGNORECASE,
)
#: Words from which a bystander learns that somebody has not paid. A word that stands within
#: another one (*Entschuldigung*, *bevordering*) is no such word, so most begin at a boundary.
_COLLECTION = re.compile(
    # Dutch
    r"incasso|deurwaarder|\baanman|achterstand|wanbetal|\bsommatie|\bdagvaard|\bingebrekestelling"
    r"|\bvordering|\bschuld|\bbeslag|\bonbetaald|\bbetalingsherinnering|\bopenstaand"
    # German
    r"|inkasso|mahnung|\bmahn|gerichtsvollzieher|\bpfänd|rückst[aä]nd|\bzahlungsverzug|\bforderung"
    r"|\bzahlungsaufforderung|\bzahlungserinnerung|\bvollstreck|\bunbezahlt|\büberfällig"
    # French
    r"|\brecouvrement|\bhuissiers?\b|\bcommissaires? de justice\b|\bmises? en demeure\b"
    r"|\bimpayée?s?\b|\bdettes?\b|\bcréanc|\barriérés?\b|\brelance"
    # English
    r"|\bdebts?\b|\bdebtors?\b|\bbailiff|\bcollections?\b|\bcollectors?\b|\barrears\b|\bdunning\b"
    r"|\boverdue\b|\bunpaid\b|\bpast due\b|\boutstanding\b|\bpayment reminder",
)


def faults(text: str) -> Iterator[Fault]:
    """What is wrong with a text as it is written, with placeholders like ``{company}``."""
    names = placeholders_in(text)
    told = [f"{{{name}}}" for name in names if name in AMOUNTS]
    told += [found.strip() for found in _MONEY.findall(unicodedata.normalize("NFC", text or ""))]
    if told:
        yield Fault("amount", {"found": ", ".join(dict.fromkeys(told))})
    words = collection_words(text)
    if words:
        yield Fault("collection", {"found": ", ".join(words)})
    if SENDER not in names:
        yield Fault("no_company")
    if not any(way in names for way in WAYS):
        yield Fault("no_page")


def collection_words(text: str) -> list[str]:
    """Words of ``text`` from which a bystander learns of a debt, in lower case, each once."""
    text = unicodedata.normalize("NFC", text or "").lower()
    words, end = [], 0
    for found in _COLLECTION.finditer(text):
        if found.start() < end:
            continue
        start, end = found.span()
        while start and text[start - 1].isalpha():
            start -= 1
        while end < len(text) and text[end].isalpha():
            end += 1
        words.append(text[start:end])
    return list(dict.fromkeys(words))
