"""How a field of a dataclass stands in the XML: as attribute, element, text or part.

The dataclasses say it themselves, field by field in the order of the schema, so that writing and
reading are one piece of code each.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

#: Longest texts that the schema takes, in characters.
TEXT_LIMIT, SHORT_LIMIT = 4000, 140
ELLIPSIS = "…"
#: What XML 1.0 cannot hold, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CENT, ZERO = Decimal("0.01"), Decimal(0)


def clean_text(text: str, limit: int = TEXT_LIMIT) -> str:
    """Text as an XML file can hold it, on lines that end with ``\\n``.

    Characters that XML 1.0 knows no way to write are left out; what is longer than ``limit``
    characters ends with an ellipsis.
    """
    bare = _ILLEGAL.sub("", text).replace("\r\n", "\n").replace("\r", "\n").strip()
    return bare if len(bare) <= limit else bare[: limit - 1].rstrip() + ELLIPSIS


def clean_line(text: str, limit: int = SHORT_LIMIT) -> str:
    """The same in one line, with single spaces."""
    return clean_text(_bare(text), limit)


def _bare(text: str) -> str:
    """Text in one line, however long."""
    return " ".join(_ILLEGAL.sub("", text).split())


def money(amount: Decimal) -> str:
    """An amount as the format writes it: two decimals, a point, no sign on zero.

    :raises ValueError: for parts of a cent, or what is no number
    """
    if not amount.is_finite() or amount != amount.quantize(CENT):
        raise ValueError(f"{amount} is no amount with two decimals")
    return f"{amount or ZERO:.2f}"


def _percent(rate: Decimal) -> str:
    text = f"{rate:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.isoformat(timespec="seconds")


def _read_moment(text: str) -> datetime:
    return datetime.fromisoformat(re.sub("Z$", "+00:00", text.strip()))


def _read_day(text: str) -> date:
    return date.fromisoformat(text.strip())


def _read_flag(text: str) -> bool:
    return text.strip() in ("true", "1")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value.

    :param write: makes the text of the XML
    :param read: the value of such a text
    :param free: people wrote it: it may hold anything
    """

    write: Callable[[Any], str]
    read: Callable[[str], Any]
    free: bool = False


#: Text by people, up to 4,000 characters, and a line of it, up to 140: longer ones are cut.
TEXT = Kind(clean_text, str, free=True)
LINE = Kind(clean_line, _bare, free=True)
#: Numbers, names of records and codes: never cut, the schema refuses what is too long.
CODE = Kind(_bare, _bare)
AMOUNT = Kind(money, Decimal)
PERCENT = Kind(_percent, Decimal)
DAY = Kind(date.isoformat, _read_day)
MOMENT = Kind(_moment, _read_moment)
WHOLE = Kind(str, int)
FLAG = Kind(lambda value: "true" if value else "false", _read_flag)


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a field stands.

    :param place: ``attribute``, ``element``, ``elements``, ``content``, ``part``, ``parts``, or
        ``mark`` for an element that says something by being there
    :param name: of the attribute or element
    :param kind: of a single value, or the dataclass of a part
    :param within: an element around all of them; it is left out where there are none
    :param order: fields by which parts are sorted, so that their order says nothing
    """

    place: str
    name: str
    kind: Any = None
    within: str = ""
    order: tuple[str, ...] = ()


def slot_of(each: Field) -> Slot:
    """The slot of a field of such a dataclass."""
    return each.metadata["slot"]


def _field(slot: Slot, default: Any) -> Any:
    return field(default=default, metadata={"slot": slot})


def attribute(name: str, kind: Kind = CODE, default: Any = MISSING) -> Any:
    """An attribute; one whose value is empty or ``None`` is not written."""
    return _field(Slot("attribute", name, kind), default)


def element(name: str, kind: Kind = CODE, default: Any = MISSING) -> Any:
    """An element with text; one whose value is empty or ``None`` is not written."""
    return _field(Slot("element", name, kind), default)


def elements(name: str, kind: Kind = CODE) -> Any:
    """An element for each value of a tuple."""
    return _field(Slot("elements", name, kind), ())


def content(kind: Kind = CODE) -> Any:
    """The text of the element itself."""
    return _field(Slot("content", "", kind), MISSING)


def part(name: str, of: type, default: Any = MISSING) -> Any:
    """An element with parts of its own."""
    return _field(Slot("part", name, of), default)


def parts(name: str, of: type, within: str = "", order: tuple[str, ...] = ()) -> Any:
    """Such an element for each of a tuple."""
    return _field(Slot("parts", name, of, within, order), ())


def mark(name: str) -> Any:
    """An empty element that is there or not."""
    return _field(Slot("mark", name, FLAG), False)
