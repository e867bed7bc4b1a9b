"""Payment references of our own, so that one payment finds all items of a message."""

from __future__ import annotations

import hashlib
import re
import string
from datetime import date

CHARACTERS = string.digits + string.ascii_uppercase


def creditor_reference(base: str) -> str:
    """Make a creditor reference (ISO 11649): ``RF``, two check digits, ``base``.

    :param base: 1 to 21 letters and digits
    :raises ValueError: for anything else
    """
    base = base.upper()
    if not re.fullmatch(r"[0-9A-Z]{1,21}", base):
        raise ValueError(f"{base!r} can't be made into a creditor reference")
    digits = "".join(str(int(character, 36)) for character in base + "RF00")
    return f"RF{98 - int(digits) % 97:02d}{base}"


def message_reference(debtor_id: int, currency_id: int, day: date, item_ids: list[int]) -> str:
    """The reference of a message that a debtor gets on a day, in a currency.

    It ends with four characters that depend on the items: another message of the same day, to
    somebody else, say, is about other items and is paid by another reference.
    """
    digest = hashlib.sha256(repr(sorted(item_ids)).encode()).digest()
    number = int.from_bytes(digest[:8], "big")
    ending = "".join(CHARACTERS[number // 36**place % 36] for place in range(4))
    return creditor_reference(f"{debtor_id:06d}{day:%y%m%d}{currency_id:03d}{ending}")
