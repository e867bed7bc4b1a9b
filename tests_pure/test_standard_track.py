"""The shipped ladders take a case from its notice to its decision in thirty days, on any day.

Every working day of eight years is tried as the day on which the notice leaves, with the public
holidays of the Netherlands and a company that is closed from Christmas to New Year.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from rules.decide import decide
from rules.facts import ItemFacts, Ladder, Rung
from rules.gather import pay_by
from rules.law.asks import term_of
from rules.law.read import read_folder
from rules.law.standing import Served, Standing
from rules.public_holidays import public_holidays
from rules.track import track
from rules.working_days import WORKING_DAYS, Calendar

DATA = Path(__file__).resolve().parent.parent / "payt_dunning" / "data"
YEARS = range(2026, 2034)
ONE_DAY = timedelta(days=1)
#: As a company has it that nobody has told otherwise.
CLOSED = frozenset(
    date(year, 12, 24) + timedelta(days=days)
    for year in range(YEARS.start - 1, YEARS.stop + 1)
    for days in range(9)
)
HOLIDAYS = public_holidays("NL", range(YEARS.start - 1, YEARS.stop + 2)).dates
CALENDAR = Calendar(frozenset({1, 2, 3, 4}), WORKING_DAYS, HOLIDAYS | CLOSED)
TABLES = read_folder()
KINDS = ("consumer", "business")


def shipped(kind):
    """The ladder of a shipped policy, and names of its rungs by position."""
    rungs, names = [], {}
    records = ElementTree.parse(DATA / f"dunning_policy_{kind}.xml").getroot().iter("record")
    for record in records:
        if record.get("model") != "dunning.level":
            continue
        cells = {cell.get("name"): cell.get("eval") or cell.text for cell in record}
        channels = tuple(
            code for code in ("email", "sms", "letter", "list") if code in cells["channel_ids"]
        )
        rung = Rung(
            int(cells["position"]),
            int(cells["days"]),
            int(cells["spacing"]),
            cells["phase"],
            channels,
            every_channel="every_channel" in cells,
            active=cells.get("active") != "False",
            notice=cells.get("statutory_code", ""),
            term_days=int(cells.get("term_days", 0)),
            asks=cells.get("asks", ""),
            by_day="by_day" in cells,
        )
        rungs.append(rung)
        names[rung.position] = cells["name"]
    return Ladder(tuple(sorted(rungs, key=lambda rung: rung.days))), names


@dataclass
class Sent:
    """A rung that left, with the last day to pay that it named and the end of its term."""

    rung: Rung
    name: str
    day: date
    pay_by: date | None
    received: tuple = field(default=())


class Walk:
    """One case, day by day, as the daily run does it: first its days, then the decision."""

    def __init__(self, kind, begun, reachable):
        self.ladder, self.names = shipped_once(kind)
        self.kind, self.begun, self.day = kind, begun, begun
        self.reachable = reachable
        self.standing = Standing("NL", "EUR", kind, default_after=begun - timedelta(days=5))
        notice = next(rung for rung in self.ladder.rungs if rung.formal)
        self.notice, self.sent, self.served = notice, [], ()
        self.leave(notice, begun, None)

    def leave(self, rung, day, next_on):
        channels = [code for code in rung.channels if code in self.reachable]
        named = None
        if rung.notice or rung.term_days:
            terms = [
                term_of(TABLES, self.standing, rung.notice, rung.term_days, code, day)
                for code in channels
            ]
            named = pay_by(terms, [next_on])
            for term in terms:
                last = min(term.last, named) if rung.demand else term.last
                days = (last - term.received).days
                self.served += (
                    Served(
                        len(self.sent), rung.notice, term.received, last, days, demand=rung.demand
                    ),
                )
        self.sent.append(Sent(rung, self.names[rung.position], day, named))

    def go(self, longest=80):
        """Until the decision: the list."""
        while not self.sent[-1].rung.listed:
            self.day += ONE_DAY
            assert (self.day - self.begun).days < longest, "it has no end"
            days = self.days_on(self.day)
            last = self.sent[-1]
            facts = ItemFacts(
                1,
                self.begun - timedelta(days=self.notice.days),
                Decimal(400),
                open_company=Decimal(400),
                debtor_total=Decimal(400),
                reached=last.rung.position,
                reached_on=last.day,
                last_message=last.day,
                count_from=days.counts_from(self.notice.days),
                reachable=self.reachable | {"list"},
                law=replace(self.standing, served=self.served),
            )
            decision = decide(facts, self.ladder, self.day, CALENDAR)
            if decision.action == "send":
                self.leave(decision.rung, self.day, decision.next_on)
        return self

    def days_on(self, day):
        return track(self.begun, day, closed=CLOSED)

    def of(self, name):
        return next(sent for sent in self.sent if sent.name == name)


@cache
def shipped_once(kind):
    return shipped(kind)


@cache
def walks(kind):
    """Walks from every day on which a notice may leave; letters beside e-mail, and without."""
    found, day = [], date(YEARS.start, 1, 1)
    while day.year in YEARS:
        if CALENDAR.first_day(day, formal=True) == day:
            for reachable in (frozenset({"email", "letter", "sms"}), frozenset({"email"})):
                found.append(Walk(kind, day, reachable).go())
        day += ONE_DAY
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_decided_on_day_thirty_pauses_apart(kind):
    assert len(walks(kind)) > 3900
    for walk in walks(kind):
        days = walk.days_on(walk.day)
        assert days.running == 30, (walk.begun, walk.day)
        assert walk.day == days.deadline


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_leaves_on_a_day_that_is_none_for_messages(kind):
    for walk in walks(kind):
        for sent in walk.sent[:-1]:
            assert CALENDAR.first_day(sent.day, formal=True) == sent.day, (walk.begun, sent)


@pytest.mark.parametrize("kind", KINDS)
def test_the_term_of_the_notice_has_passed_before_anything_follows(kind):
    for walk in walks(kind):
        assert walk.sent[1].day > max(each.until for each in walk.served if not each.demand)


@pytest.mark.parametrize("kind", KINDS)
def test_levels_keep_their_distance(kind):
    for walk in walks(kind):
        for before, after in zip(walk.sent, walk.sent[1:], strict=False):
            assert (after.day - before.day).days >= after.rung.spacing, (walk.begun, after)


def test_a_consumer_has_three_weeks_before_costs_are_asked_for():
    for walk in walks("consumer"):
        assert walk.days_on(walk.of("First demand").day).running >= 21


def test_the_last_chance_comes_two_days_before_the_decision():
    for walk in walks("consumer"):
        sent = walk.of("Last chance: payment plan")
        assert walk.days_on(sent.day).running <= 28, walk.begun


def test_a_handover_is_announced_to_a_business_days_before_the_decision():
    for walk in walks("business"):
        sent = walk.of("Announcement of handover")
        assert walk.days_on(sent.day).running <= 26, walk.begun


@pytest.mark.parametrize("kind", KINDS)
def test_every_demand_arrives_before_the_last_day_to_pay_that_it_names(kind):
    for walk in walks(kind):
        for number, sent in enumerate(walk.sent):
            for each in walk.served:
                if each.notice_id == number:
                    assert each.received < sent.pay_by


@pytest.mark.parametrize(("kind", "share"), [("consumer", 0.95), ("business", 1)])
def test_nothing_follows_before_the_last_day_to_pay_that_was_named(kind, share):
    """But around holidays, where the days don't suffice: the last chance comes a bit sooner."""
    early = 0
    for walk in walks(kind):
        for before, after in zip(walk.sent, walk.sent[1:-1], strict=False):
            if before.pay_by and after.day <= before.pay_by:
                early += 1
                assert (before.pay_by - after.day).days <= 3, walk.begun
    assert early <= len(walks(kind)) * (1 - share)


@pytest.mark.parametrize("kind", KINDS)
def test_no_last_day_to_pay_lies_after_the_decision(kind):
    """But, by a day, where the company was closed when the announcement was to leave."""
    late = 0
    for walk in walks(kind):
        last = max(sent.pay_by for sent in walk.sent if sent.pay_by)
        late += last > walk.day
        assert last <= walk.day + ONE_DAY, walk.begun
    assert late <= len(walks(kind)) / 1000
