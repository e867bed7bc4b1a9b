"""Finding one's place on a ladder."""

from __future__ import annotations

from datetime import date, timedelta

from .facts import PHASES, Ladder, Rung
from .working_days import Calendar


def next_rung(ladder: Ladder, reached: int, due: date, day: date, start: int = 0) -> Rung | None:
    """The first active rung after ``reached`` that still makes sense on ``day``.

    A rung before the due date lapses once the due date has come; later rungs are
    never skipped, however late the run is, unless a person said where to start.

    :param start: position of the rung to begin with, where it is further on
    """
    first = max(ladder.place(reached) + 1, ladder.place(start))
    for rung in ladder.rungs[first:]:
        if not rung.active:
            continue
        if rung.days < 0 and day >= due:
            continue
        return rung
    return None


def first_day(rung: Rung, base: date, calendar: Calendar) -> date:
    """The day before which a rung does not leave, for itself.

    :param base: the day from which rungs count
    """
    day = base + timedelta(days=rung.days)
    if rung.by_day and not rung.listed:
        return calendar.last_day(day, rung.formal)
    return day


def expected_day(
    ladder: Ladder, position: int, base: date, day: date, calendar: Calendar
) -> date | None:
    """When the rung after one that leaves on ``day`` does, where it keeps to its day.

    :param position: of the rung that leaves
    :return: ``None`` where what follows may be put off, or there is nothing
    """
    rung = next_rung(ladder, position, base, day)
    if rung is None or not rung.by_day:
        return None
    after = day + timedelta(days=max(rung.spacing, 1))
    if not rung.listed:
        after = calendar.first_day(after, rung.formal)
    return max(first_day(rung, base, calendar), after)


def place_before(ladder: Ladder | None, position: int) -> int:
    """Position of the rung that comes before one; 0 where it is the first, or is not there."""
    place = ladder.place(position) if ladder else -1
    return ladder.rungs[place - 1].position if place > 0 else 0


def start_by_calendar(ladder: Ladder, base: date, day: date) -> int:
    """Position of the rung that fits the lateness of an item; 0 where none has come yet.

    For resuming with recalculation: rungs whose time passed during the pause are left out,
    but for the last of them. Formal rungs are never left out: the law wants each.
    """
    passed = [
        rung.position
        for rung in ladder.rungs
        if rung.active and not rung.formal and base + timedelta(days=rung.days) <= day
    ]
    return passed[-1] if passed else 0


def same_place(reached: int, begun: Ladder, ladder: Ladder) -> int:
    """Position in ``ladder`` that stands for what was reached in another; 0 for none.

    For an item whose policy changes half-way: the last rung that comes no later and is no
    harsher than the one that has left, so that no rung counts as sent that was not.
    """
    place = begun.place(reached)
    if place < 0:
        return 0
    left = begun.rungs[place]
    fitting = [
        rung.position
        for rung in ladder.rungs
        if rung.days <= left.days and PHASES.index(rung.phase) <= PHASES.index(left.phase)
    ]
    return fitting[-1] if fitting else 0


def place_in_revision(reached: int, start: int, begun: Ladder, ladder: Ladder) -> tuple[int, int]:
    """Where an item that goes on with a newer revision of its policy stands on it.

    A level is the same one by its position: what has left is not sent again, wherever it stands
    now. Friendly levels that are new, come no later and are no harsher than the furthest one that
    has left are passed. A statutory notice that did not leave as one is never passed, nor is any
    other formal level unless one that comes after it has left.

    :param reached: position of the rung that left last; 0: none
    :param start: position of the rung that a person said to begin with; 0: none
    :param begun: the revision until now
    :param ladder: the newer one
    :return: the same two of ``ladder``
    """
    place = begun.place(reached)
    passed = {rung.position: rung for rung in begun.rungs[: place + 1] if rung.active}
    if place >= 0:
        passed[reached] = begun.rungs[place]
    left = begun.rungs[place] if place >= 0 else None
    found = 0
    for place, rung in enumerate(ladder.rungs):
        known = passed.get(rung.position)
        same = known and _no_harsher(rung, known) and rung.notice in ("", known.notice)
        if same or (
            left and rung.days <= left.days and not rung.formal and _no_harsher(rung, left)
        ):
            found = rung.position
        elif rung.active and rung.formal:
            overtaken = left and left.formal and place < ladder.place(reached)
            if rung.notice or not overtaken:
                break
    first, last = ladder.place(found) + 1, ladder.place(start)
    between = ladder.rungs[first:last] if last > 0 else ()
    skips = any(rung.active and rung.formal for rung in between)
    known = last >= 0 and ladder.rungs[last].active
    return found, start if known and not skips else 0


def _no_harsher(rung, other):
    return PHASES.index(rung.phase) <= PHASES.index(other.phase)
