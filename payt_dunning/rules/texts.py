"""Texts with placeholders, as an admin writes them: ``{amount}``, ``{due_date}``.

Only the names in :data:`PLACEHOLDERS` exist; nothing in a text is ever evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Name of each placeholder with what it stands for.
PLACEHOLDERS = {
    "company": "your company",
    "debtor": "name of the debtor",
    "contact": "name of the person or department that gets the message",
    "amount": "sum of the invoices that this part of the message is about",
    "count": "number of those invoices",
    "numbers": "their numbers",
    "due_date": "the earliest due date among them",
    "days_late": "days since that due date",
    "invoice": "what you call an invoice",
    "invoices": "the same for several",
    "customer": "what you call a customer",
    "iban": "account number to pay to",
    "reference": "payment reference",
    "handler": "person who follows up on this debtor",
    "phone": "telephone number of your company",
    "principal": "sum of the invoices, where costs or interest are asked for too",
    "costs": "costs that are due once the term has passed, or that are asked for",
    "interest": "interest that is asked for",
    "term": "the term to pay, in the words of the law",
    "pay_by": "the last day on which the amount is right",
    "office": "who would collect it next: a bailiff, or a lawyer for what a higher court decides",
    "code": "code of the message, to be typed where there is no link",
    "pin": "PIN that goes with the code",
    "short_link": "short address of the page that asks for code and PIN",
}
#: What stands for these three until the message is handed over: nobody else reads the real ones.
KEYS = {"code": "((code))", "pin": "((pin))", "short_link": "https://claim-code.invalid/"}

#: Those that a short message may use: it is read on a locked screen, by whoever stands beside it.
SHORT_PLACEHOLDERS = ("company", "contact", "handler", "phone", *KEYS)
#: A line with one of these is left out where there is none.
OPTIONAL = ("costs", "interest")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
#: What a courtesy or reminder text must not say, in the languages that are shipped.
_THREATS = re.compile(
    r"incasso|aanmaning|deurwaarder|kosten|rechter|rechtbank|dagvaard|beslag|advocaat"
    r"|debt collect|collection agency|bailiff|costs?\b|court\b|lawsuit|lawyer|summons"
    r"|inkasso|mahnung|mahnbescheid|gerichtsvollzieher|\bgericht|kosten|anwalt|pfändung"
    r"|recouvr|(?:mise|mettons) en demeure|huissier|avocat|tribuna|procès"
    r"|\bjuges?\b|\bjustice\b|\bsaisie\b|assignation|injonction"
    r"|\b(?:des|les|aucuns?|sans|ces) frais\b(?! de scolarité)|\bfrais (?:de re|suppl|judic)",
    re.IGNORECASE,
)


class UnknownPlaceholder(ValueError):
    """A text names a placeholder that does not exist; ``args[0]`` is its name."""


def placeholders_in(text: str) -> list[str]:
    """Names of the placeholders in ``text``, in order, each once."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text or "")))


def unknown_placeholders(text: str) -> list[str]:
    """Names in ``text`` that no placeholder has, in order, each once."""
    return [name for name in placeholders_in(text) if name not in PLACEHOLDERS]


def threats(text: str) -> list[str]:
    """Words in ``text`` that no friendly message may hold, in lower case, each once."""
    return list(dict.fromkeys(word.lower() for word in _THREATS.findall(text or "")))


def substitute(text: str, values: Mapping[str, str]) -> str:
    """Fill in the placeholders of ``text``; the result is plain text, still to be escaped.

    :raises UnknownPlaceholder: for a name that is not in :data:`PLACEHOLDERS`
    """

    def value(match):
        name = match.group(1)
        if name not in PLACEHOLDERS:
            raise UnknownPlaceholder(name)
        return str(values.get(name, ""))

    return _PLACEHOLDER.sub(value, text or "")


def fill_paragraphs(text: str, values: Mapping[str, str]) -> list[str]:
    """Split a text at blank lines into paragraphs and fill each in.

    A line that is left with nothing, such as that of an empty ``{handler}``, is dropped, and so
    is one about costs or interest where there are none.

    :raises UnknownPlaceholder: for a name that is not in :data:`PLACEHOLDERS`
    """
    filled = []
    for part in re.split(r"\n\s*\n", text or ""):
        lines = [
            substitute(line, values)
            for line in part.strip().splitlines()
            if not any(f"{{{name}}}" in line and not values.get(name) for name in OPTIONAL)
        ]
        if kept := [line for line in lines if line.strip()]:
            filled.append("\n".join(kept))
    return filled


def has_keys(text: str) -> bool:
    """Whether a canonical text holds one of the stand-ins of :data:`KEYS`."""
    return any(stand_in in (text or "") for stand_in in KEYS.values())


def insert_keys(text: str, values: Mapping[str, str]) -> str:
    """Put real values in the places of the stand-ins of :data:`KEYS`.

    :param values: by the names of :data:`KEYS`; as they are to stand in the text
    """
    for name, stand_in in KEYS.items():
        text = text.replace(stand_in, values[name])
    return text
