"""Codes and PINs that people type from a letter or a text message.

The alphabet is digits and consonants that nobody takes for each other, 24 characters. Of those
that look alike one is in it and stands for all: 0 for O, Q and D, 1 for I and L, 2 for Z, 5 for S,
6 for G, 8 for B, V for U. Without A and E no code is a word.

A code is 8 characters, 24 ** 8 = 1.1e11 codes. A PIN is 6 digits. Both follow from the limits of
the page, 5 wrong tries an hour for a code and 20 for an address:

- Somebody who knows a code (it is read out to ask whether a message is real, or seen in an
  address) and not its PIN has 120 tries a day. With 4 digits that opens 1.2 % of the pages in a
  day and more than a third in a month; with 6 digits 0.012 % and 0.36 %.
- Somebody who knows none finds a code that exists, of a million that do, once in 110,000 tries,
  and is not told so. From 10,000 addresses at once that is about 44 codes a day, which with 4
  digits opens a page every 230 days; with 6 digits, one in 63 years.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Sequence

ALPHABET = "0123456789CFHJKMNPRTVWXY"
LENGTH = 8
PIN_DIGITS = 6
#: Shown in groups of so many characters.
GROUP = 4
PIN_GROUP = 3
_LOOK_ALIKES = str.maketrans("OQDILZSGBU", "000112568V")
#: What people type between groups, and at the ends.
_BETWEEN = re.compile(r"[\s\-‐‑‒–—−_.·/,:]+")
#: Nothing longer is read.
_LONGEST = 64


def new_code(choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """A new code, to be kept only if it is not taken.

    :param choose: picks one of the characters; anything but the default is for tests
    """
    return "".join(choose(ALPHABET) for _place in range(LENGTH))


def normalize(typed: str | None) -> str | None:
    """The code that somebody meant to type; ``None`` for what can't be one.

    Small letters, spaces and dashes make no difference, nor does a character for its look-alike.
    """
    bare = _bare(typed)
    good = len(bare) == LENGTH and set(bare) <= set(ALPHABET)
    return bare if good else None


def shown(code: str) -> str:
    """A code as people read it: ``7K3M 9PX4``."""
    return _in_groups(code, GROUP)


def pin_of(digest: bytes) -> str:
    """The PIN that follows from a secret digest, evenly spread.

    :param digest: of a keyed hash (HMAC), 16 bytes or more: fewer would prefer some PINs
    """
    if len(digest) < 16:
        raise ValueError(f"{len(digest)} bytes are too few for a PIN")
    return f"{int.from_bytes(digest, 'big') % 10**PIN_DIGITS:0{PIN_DIGITS}d}"


def normalize_pin(typed: str | None) -> str | None:
    """The PIN that somebody meant to type, in any script's digits; ``None`` for what can't be one."""
    bare = "".join(str(unicodedata.decimal(each, each)) for each in _bare(typed))
    good = len(bare) == PIN_DIGITS and bare.isascii() and bare.isdecimal()
    return bare if good else None


def shown_pin(pin: str) -> str:
    """A PIN as people read it: ``042 917``."""
    return _in_groups(pin, PIN_GROUP)


def _bare(typed):
    """What was typed, in the characters of the alphabet as far as they can be told."""
    text = typed or ""
    if len(text) > _LONGEST:
        return ""
    bare = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    return bare.upper().translate(_LOOK_ALIKES)


def _in_groups(text, length):
    return " ".join(text[start : start + length] for start in range(0, len(text), length))
