"""Reading the tables from CSV: the files that are shipped, and those that people import.

Columns are separated by commas, amounts and rates have a decimal point, days are written as
2026-07-01. A file with anything wrong in it is refused as a whole, with row and column.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from .errors import Refused
from .tables import (
    CONFIDENCE,
    DEBTORS,
    ONE_DAY,
    RATE_KINDS,
    AllocationRule,
    CostRule,
    CourtFee,
    CourtRule,
    Holiday,
    InterestRule,
    Jurisdiction,
    LawTables,
    LimitationRule,
    NoticeElement,
    NoticeRule,
    Rate,
    Row,
)

#: Where the shipped files are, beside this package's add-on.
DATA = Path(__file__).resolve().parents[2] / "data" / "law"
COMMA = re.compile(r"^-?\d+,\d+$")


def _text(value: str) -> str:
    return value


def _some(value: str) -> str:
    if not value:
        raise Refused("it can't be empty", "cell_empty")
    return value


def _number(value: str) -> Decimal:
    if COMMA.match(value):
        point = value.replace(",", ".")
        raise Refused(
            f"“{value}” has a decimal comma; write {point}", "cell_comma", text=value, point=point
        )
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise Refused(f"“{value}” is not a number", "cell_number", text=value) from error
    if not number.is_finite():
        raise Refused(f"“{value}” is not a number", "cell_number", text=value)
    return number


def _maybe_number(value: str) -> Decimal | None:
    return _number(value) if value else None


def _zero_or(value: str) -> Decimal:
    return _number(value) if value else Decimal(0)


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise Refused(
            f"“{value}” is not a day; write it as 2026-07-01", "cell_day", text=value
        ) from error


def _maybe_day(value: str) -> date | None:
    return _day(value) if value else None


def _int(value: str) -> int:
    number = _number(value or "0")
    if number != number.to_integral_value():
        raise Refused(f"“{value}” is not a whole number", "cell_whole", text=value)
    return int(number)


def _maybe_int(value: str) -> int | None:
    return _int(value) if value else None


def _bool(value: str) -> bool:
    if value not in ("", "0", "1"):
        raise Refused(f"“{value}” is not 0 or 1", "cell_switch", text=value)
    return value == "1"


def _words(value: str) -> tuple[str, ...]:
    return tuple(value.split())


def _weekdays(value: str) -> frozenset[int]:
    return frozenset(_int(each) for each in value.split())


def _tiers(value: str) -> tuple[tuple[Decimal, Decimal, Decimal], ...]:
    """``above/base/percent`` with spaces between tiers, lowest first."""
    tiers = []
    for tier in value.split():
        parts = tier.split("/")
        if len(parts) != 3:
            raise Refused(f"“{tier}” is not above/base/percent", "cell_tier", text=tier)
        tiers.append(tuple(_number(part) for part in parts))
    if tiers != sorted(tiers):
        raise Refused("the tiers are not in order", "cell_tiers")
    return tuple(tiers)


def _one_of(*values: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in values:
            raise Refused(
                f"“{value}” is not one of {', '.join(values)}",
                "cell_choice",
                text=value,
                choices=values,
            )
        return value

    return check


COMMON = {
    "jurisdiction": _some,
    "since": _day,
    "until": _maybe_day,
}
ORIGIN = {"source": _some, "confidence": _one_of(*CONFIDENCE)}
#: Each table: its file, its kind of row and its columns between the common ones, in order.
TABLES: dict[str, tuple[type[Row], dict[str, Callable]]] = {
    "jurisdictions": (
        Jurisdiction,
        {"title": _some, "currency": _some, "countries": _words},
    ),
    "rates": (Rate, {"kind": _one_of(*RATE_KINDS), "percent": _number}),
    "interest": (
        InterestRule,
        {
            "debtor": _one_of(*DEBTORS),
            "rate_kind": _one_of("consumer", "commercial", "none"),
            "no_clause": _one_of("", "consumer"),
            "fixed": _bool,
            "compounding": _bool,
            "actual": _bool,
            "start": _one_of("due", "default", "notice", "third_month"),
        },
    ),
    "costs": (
        CostRule,
        {
            "debtor": _one_of(*DEBTORS),
            "tiers": _tiers,
            "below": _bool,
            "minimum": _zero_or,
            "maximum": _maybe_number,
            "each": _bool,
            "floor_each": _zero_or,
            "needs_notice": _text,
            "needs_clause": _bool,
            "ceiling": _bool,
            "vat_percent": _zero_or,
            "stacking_limit": _zero_or,
        },
    ),
    "notices": (
        NoticeRule,
        {
            "code": _some,
            "debtor": _one_of(*DEBTORS),
            "days": _int,
            "post_days": _int,
            "post_skips": _weekdays,
            "post_first": _bool,
            "moves": _bool,
        },
    ),
    "elements": (
        NoticeElement,
        {
            "code": _some,
            "element": _some,
            "required": _bool,
            "placeholder": _text,
            "pattern": _text,
        },
    ),
    "allocation": (AllocationRule, {"order": _words}),
    "limitation": (
        LimitationRule,
        {
            "claim": _some,
            "debtor": _one_of("any", *DEBTORS),
            "years": _int,
            "year_end": _bool,
            "interrupted_by": _words,
            "renewed_years": _int,
        },
    ),
    "courts": (
        CourtRule,
        {"limit": _number, "court": _some, "otherwise": _some, "always": _words},
    ),
    "court_fees": (CourtFee, {"upto": _maybe_number, "fee": _number}),
    "holidays": (Holiday, {"fixed": _text, "easter": _maybe_int}),
}


def columns(table: str) -> dict[str, Callable]:
    """The columns of a table in order, each with what reads it."""
    return {**COMMON, **TABLES[table][1], **ORIGIN}


def read_rows(table: str, text: str, name: str = "") -> list[Row]:
    """The rows of a file, see :func:`read_cells`."""
    return [row for row, _cells in read_cells(table, text, name)]


def read_cells(table: str, text: str, name: str = "") -> list[tuple[Row, dict[str, str]]]:
    """The rows of a file, each with its cells as they were written.

    :param table: one of :data:`TABLES`
    :param text: the whole file
    :param name: how messages call it
    :raises Refused: with row and column, when something is wrong
    """
    name = name or f"{table}.csv"
    wanted = columns(table)
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        header = reader.fieldnames or []
        if header != list(wanted):
            raise Refused(
                f"{name}: the first row must be {','.join(wanted)}; it is {','.join(header)}",
                "header",
                name=name,
                wanted=",".join(wanted),
                found=",".join(header),
            )
        return [
            (_row(TABLES[table][0], wanted, cells, name, number), cells)
            for number, cells in enumerate(reader, 2)
        ]
    except csv.Error as error:
        raise Refused(f"{name}: {error}", "csv", name=name, problem=str(error)) from error


def _row(kind: type[Row], wanted: dict[str, Callable], cells: dict, name: str, number: int) -> Row:
    where = f"{name}, row {number}"
    if None in cells or None in cells.values():
        raise Refused(
            f"{where}: it must have {len(wanted)} columns",
            "columns",
            name=name,
            row=number,
            count=len(wanted),
        )
    values = {}
    for column, convert in wanted.items():
        try:
            values[column] = convert(cells[column].strip())
        except ValueError as error:
            raise Refused(
                f"{where}, {column}: {error}",
                "cell",
                name=name,
                row=number,
                column=column,
                problem=error,
            ) from error
    if values["until"] and values["until"] < values["since"]:
        raise Refused(
            f"{where}: it would end on {values['until']}, before {values['since']}",
            "ends_early",
            name=name,
            row=number,
            until=values["until"],
            since=values["since"],
        )
    return kind(**values)


def read_folder(folder: Path = DATA) -> LawTables:
    """All tables of a folder, checked together.

    :raises Refused: when a file is wrong, two rows overlap or a jurisdiction is unknown
    """
    rows: list[Row] = []
    for table in TABLES:
        file = folder / f"{table}.csv"
        rows += read_rows(table, file.read_text(encoding="utf-8"), file.name)
    check_jurisdictions(rows)
    return LawTables(rows)


def check_gaps(new: Iterable[Row], known: Iterable[Row], name: str) -> None:
    """Refuse new rates that leave days without one between them and the rate before.

    Interest over such days could not be calculated, and nobody would notice until it is.

    :param new: rows of a file, in its order
    :raises Refused: with row and column of the first of them
    """
    new = list(new)
    rates = [row for row in (*known, *new) if isinstance(row, Rate)]
    for number, row in enumerate(new, 2):
        before = [each for each in rates if each.key == row.key and each.since < row.since]
        last = max(before, key=lambda each: each.since, default=None)
        if last and last.until and last.until < row.since - ONE_DAY:
            first, end = last.until + ONE_DAY, row.since - ONE_DAY
            raise Refused(
                f"{name}, row {number}, since: from {first} through {end} there would be no rate",
                "gap",
                name=name,
                row=number,
                first=first,
                last=end,
            )


def check_jurisdictions(rows: Iterable[Row]) -> None:
    """Refuse rows of jurisdictions that are not there.

    :raises Refused: naming the first of them
    """
    rows = list(rows)
    known = {row.jurisdiction for row in rows if isinstance(row, Jurisdiction)}
    for row in rows:
        if row.jurisdiction not in known:
            raise Refused(
                f"{row.name}: there is no jurisdiction “{row.jurisdiction}”",
                "no_jurisdiction",
                jurisdiction=row.jurisdiction,
            )
