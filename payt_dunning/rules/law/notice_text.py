"""Whether the text of a notice says what the law wants, and nothing that makes it void."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .tables import LawTables, NoticeElement

#: Dutch numbers that terms are written with.
NUMBERS = {
    word: number
    for number, word in enumerate(
        [
            "een",
            "twee",
            "drie",
            "vier",
            "vijf",
            "zes",
            "zeven",
            "acht",
            "negen",
            "tien",
            "elf",
            "twaalf",
            "dertien",
            "veertien",
            "vijftien",
            "zestien",
            "zeventien",
            "achttien",
            "negentien",
            "twintig",
            "eenentwintig",
        ],
        1,
    )
} | {"dertig": 30, "achtentwintig": 28}
#: A letter or mail, as the sentence calls it.
LETTER = r"(?:deze|dit|de|het)\s+(?:brief|aanmaning|bericht|e-mail|mail|herinnering)"
ARRIVED = r"(?:bij\s+u\s+(?:is\s+)?(?:bezorgd|binnengekomen|aangekomen)|(?:door\s+u\s+)?(?:is\s+)?ontvangen)"
TERM = re.compile(
    r"binnen\s+(?P<number>\d+|[a-z]+)\s+(?P<unit>dagen|weken|werkdagen)\s+(?P<rest>(?:(?!binnen)[^.;])*)"
)
#: A second term, or a last day, that may contradict the first.
OTHER_TERM = re.compile(
    r"\b(?:uiterlijk|voor|vóór|op)\s+(?:\d|maandag|dinsdag|woensdag|donderdag|vrijdag)"
)
DAY_AFTER_ARRIVAL = re.compile(
    rf"^(?:te\s+rekenen\s+)?vanaf\s+de\s+dag\s+nadat\s+(?:u\s+)?{LETTER}\s+"
    rf"(?:{ARRIVED}|hebt\s+ontvangen|heeft\s+ontvangen)(?:\s+is)?\s*$"
)
ARRIVAL = re.compile(
    rf"^nadat\s+(?:u\s+)?{LETTER}\s+(?:{ARRIVED}|hebt\s+ontvangen|heeft\s+ontvangen)(?:\s+is)?\s*$"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with the text of a notice."""

    element: str
    required: bool
    source: str


def term_is_right(sentence: str, days: int = 14) -> bool:
    """Whether a Dutch sentence gives the debtor the whole term that the law wants.

    Counted from the day after delivery it must be at least ``days``, counted from delivery itself
    a day more. Any other beginning (today, the date of the letter) makes a notice void, and so
    does a second term in the same sentence. Source: HR 25 November 2016, ECLI:NL:HR:2016:2704.
    """
    text = re.sub(r"\s+", " ", sentence.lower()).strip(" .")
    found = list(TERM.finditer(text))
    if len(found) != 1 or OTHER_TERM.search(text):
        return False
    match = found[0]
    number = match["number"]
    length = int(number) if number.isdigit() else NUMBERS.get(number, 0)
    if match["unit"] == "weken":
        length *= 7
    elif match["unit"] == "werkdagen":
        return False
    rest = match["rest"].split(",")[0].strip()
    if DAY_AFTER_ARRIVAL.match(rest):
        return length >= days
    return bool(ARRIVAL.match(rest)) and length >= days + 1


def check_text(
    tables: LawTables,
    jurisdiction: str,
    code: str,
    text: str,
    placeholders: Iterable[str],
    day: date,
) -> list[Finding]:
    """What a notice's text lacks, and what it says that it may not.

    :param text: subject and body as the admin wrote them
    :param placeholders: names of the fields that it contains
    :return: findings, required elements first; empty: the text is right
    """
    names, flat = set(placeholders), re.sub(r"\s+", " ", text.lower())
    findings = []
    for row in tables.all(NoticeElement, jurisdiction, code, day=day):
        there = _is_there(row, names, flat)
        if there != row.required:
            findings.append(Finding(row.element, row.required, row.source))
    return sorted(findings, key=lambda finding: (not finding.required, finding.element))


def _is_there(row: NoticeElement, names: set[str], text: str) -> bool:
    if row.placeholder and any(name in names for name in row.placeholder.split("|")):
        return True
    if row.pattern == "term":
        return any(term_is_right(each) for each in re.split(r"[.!?]", text))
    return bool(row.pattern and re.search(row.pattern, text))
