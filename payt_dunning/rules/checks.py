"""What is odd about a ladder and its texts, told while somebody writes them.

Each :class:`Finding` is a hint with a code, which the add-on puts into words. Only what
:func:`faults` finds keeps a text from being saved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from .facts import FORMAL_PHASES, PHASES
from .texts import KEYS, PLACEHOLDERS, placeholders_in, threats, unknown_placeholders
from .work import WORK

#: Texts of a level without which it has nothing to say.
NEEDED = ("subject", "text")
_TAG = re.compile(r"</?[a-z!][^<>]*>?", re.IGNORECASE)
_IMAGE = re.compile(r"https?://\S+\.(?:png|jpe?g|gif|svg|webp)\b", re.IGNORECASE)
#: How other programs write placeholders: ``${name}``, ``%(name)s``, ``[[name]]``, ``<<name>>``.
_FOREIGN = re.compile(r"\$\{\w*\}?|%\(\w+\)s?|\[\[.*?\]\]|<<\w+>>|«\w+»")
#: What would run, or load something, in a mail program that took a text for HTML.
_ACTIVE = re.compile(
    r"<\s*/?\s*(?:script|iframe|object|embed|style|link|meta|form|svg)\b[^<>]*>?|javascript:",
    re.IGNORECASE,
)
_IMAGE_TAG = re.compile(r"<\s*img\b[^<>]*>?", re.IGNORECASE)
_LONE_BRACE = re.compile(r"\{[^{}\n]*$|^[^{}\n]*\}", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LevelDraft:
    """A level as it is being written.

    :param texts: what is written, by language and then by field
    """

    name: str
    days: int
    spacing: int = 0
    phase: str = "reminder"
    channels: tuple[str, ...] = ()
    active: bool = True
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """A hint about a level (its place in the list; -1: about what all levels share)."""

    code: str
    level: int
    values: Mapping[str, object] = field(default_factory=dict)


def departures(levels: list[LevelDraft], gap: int) -> list[int | None]:
    """The first day on which each level can leave, for an item alone; ``None`` for never.

    A level waits for its day, for its spacing and for the gap between two messages to a
    debtor; one before the due date lapses when that day has come.

    :param levels: in the order in which they follow each other
    """
    days, previous = [], None
    for level in levels:
        day = level.days
        if previous is not None:
            wait = 1 if level.phase in FORMAL_PHASES else max(gap, 1)
            day = max(day, previous + max(level.spacing, wait))
        leaves = level.active and not (level.days < 0 <= day)
        days.append(day if leaves else None)
        previous = day if leaves else previous
    return days


def check_ladder(levels: list[LevelDraft], gap: int) -> Iterator[Finding]:
    """Hints about the order of levels, their days and their channels."""
    harshest = previous = None
    for place, (level, leaves) in enumerate(zip(levels, departures(levels, gap), strict=True)):
        if not level.active:
            continue
        if not level.channels:
            yield Finding("no_channel", place)
        if harshest is not None and _rank(levels[harshest]) > _rank(level):
            yield Finding("order", place, {"harsher": harshest})
        else:
            harshest = place
        if leaves is None:
            yield Finding("never", place, {"previous": previous, "day": level.days})
            continue
        if leaves > level.days:
            yield Finding(
                "late", place, {"previous": previous, "day": level.days, "leaves": leaves}
            )
        previous = place


def _rank(level):
    return PHASES.index(level.phase) if level.phase in PHASES else 0


def check_level_texts(level: LevelDraft, place: int, languages: tuple[str, ...]):
    """Hints about what a level says, in each language.

    :param languages: those that debtors read
    """
    if not level.active or (level.channels and set(level.channels) <= set(WORK)):
        return
    written = {name for texts in level.texts.values() for name, text in texts.items() if text}
    for name in NEEDED:
        if name not in written:
            yield Finding("no_text", place, {"field": name})
            continue
        for lang in languages:
            if not level.texts.get(lang, {}).get(name):
                yield Finding("no_translation", place, {"field": name, "lang": lang})
    for lang, texts in level.texts.items():
        for name, text in texts.items():
            yield from check_text(text, level.phase, place, {"field": name, "lang": lang})


def faults(text: str) -> Iterator[tuple[str, str]]:
    """What no text may hold: a code and the words at fault, the first of each kind.

    A debtor would read it as it is typed: half a placeholder, one of another program, a
    script or a remote image.
    """
    patterns = (
        ("foreign", _FOREIGN),
        ("markup", _ACTIVE),
        ("image", _IMAGE_TAG),
        ("image", _IMAGE),
        ("brace", _LONE_BRACE),
    )
    for code, pattern in patterns:
        if found := pattern.search(text or ""):
            yield code, found.group(0)[:40]


def open_secrets(text: str) -> Iterator[tuple[str, str]]:
    """What opens a debtor's page, in a text that others read: shown on a locked phone, say."""
    yield from (("secret", name) for name in placeholders_in(text) if name in KEYS)


def check_text(text: str, phase: str, place: int, values: Mapping[str, str]) -> Iterator[Finding]:
    """Hints about one text.

    :param phase: of the level it belongs to; friendly ones must not threaten
    :param values: kept with each hint
    """
    text = text or ""
    for name in unknown_placeholders(text):
        near = get_close_matches(name.strip().lower(), PLACEHOLDERS, 1)
        yield Finding("unknown", place, {**values, "name": name, "near": near[0] if near else ""})
    patterns = (("foreign", _FOREIGN), ("markup", _TAG), ("image", _IMAGE), ("brace", _LONE_BRACE))
    for code, pattern in patterns:
        if found := pattern.search(text):
            yield Finding(code, place, {**values, "name": found.group(0)[:40]})
    if phase not in FORMAL_PHASES and (words := threats(text)):
        yield Finding("threat", place, {**values, "name": ", ".join(words)})
