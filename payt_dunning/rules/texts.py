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
}

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
#: What a courtesy or reminder text must not say, in the languages that are shipped.
_THREATS = re.compile(
    r"incasso|aanmaning|deurwaarder|kosten|rechter|rechtbank|dagvaard|beslag|advocaat"
    r"|debt collect|collection agency|bailiff|costs?\b|court\b|lawsuit|lawyer|summons"
    r"|inkasso|mahnung|mahnbescheid|gerichtsvollzieher|\bgericht|kosten|anwalt|pfändung",
    re.IGNORECASE,
)


class UnknownPlaceholder(ValueError):
    """A text names a placeholder that does not exist; ``args[0]`` is its name."""


def unknown_placeholders(text: str) -> list[str]:
    """Names in ``text`` that no placeholder has, in order, each once."""
    names = dict.fromkeys(_PLACEHOLDER.findall(text or ""))
    return [name for name in names if name not in PLACEHOLDERS]


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

    A line that is left with nothing, such as that of an empty ``{handler}``, is dropped.

    :raises UnknownPlaceholder: for a name that is not in :data:`PLACEHOLDERS`
    """
    filled = []
    for part in re.split(r"\n\s*\n", text or ""):
        lines = substitute(part, values).strip().splitlines()
        if kept := [line for line in lines if line.strip()]:
            filled.append("\n".join(kept))
    return filled
