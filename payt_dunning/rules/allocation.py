"""How money that is not yet matched is set against open items, on paper only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal


def cover(items: Iterable[tuple[int, date, Decimal]], credit: Decimal) -> dict[int, Decimal]:
    """Set ``credit`` against items, oldest due date first (ties: lowest id).

    :param items: ``(item id, due date, open amount)``, all in one currency
    :param credit: free credit of the debtor in that currency, zero or more
    :return: covered amount per item id; items that get nothing are left out.
        The amounts add up to ``min(credit, sum of open)``.
    """
    covered = {}
    for item_id, _due, open_amount in sorted(items, key=lambda row: (row[1], row[0])):
        if credit <= 0:
            break
        part = min(credit, open_amount)
        if part > 0:
            covered[item_id] = part
            credit -= part
    return covered
