"""Not more messages a day than somebody can answer the replies to."""

from __future__ import annotations

from collections import defaultdict

from .facts import PHASES
from .plan import PlannedNotice


def within(planned: list[PlannedNotice], most: int) -> tuple[list, list]:
    """Divide messages into those that leave today and those that are put off.

    What one debtor gets is not torn apart. Formal messages come first, for terms hang on them,
    then what is late longest. A debtor with more messages than fit alone still gets them, so that
    nobody waits for ever.

    :param most: number of messages that may leave; 0 or less: none
    :return: both in the order in which they came
    """
    piles = defaultdict(list)
    for notice in planned:
        piles[notice.debtor_id, notice.company_id, notice.currency_id].append(notice)
    kept, count = set(), 0
    for key, notices in sorted(piles.items(), key=lambda pile: _urgency(*pile)):
        if count >= most:
            break
        if count and count + len(notices) > most:
            continue
        kept.add(key)
        count += len(notices)
    leave, wait = [], []
    for key, notices in piles.items():
        (leave if key in kept else wait).extend(notices)
    places = {id(notice): place for place, notice in enumerate(planned)}
    return sorted(leave, key=lambda n: places[id(n)]), sorted(wait, key=lambda n: places[id(n)])


def _urgency(key, notices):
    """What is sorted by; the key last, so that the same messages are always divided the same way."""
    phase = max(PHASES.index(notice.phase) for notice in notices)
    oldest = min(line.due for notice in notices for line in notice.lines)
    return -phase, oldest, key
