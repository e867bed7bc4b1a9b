"""Levels replayed over the past of one debtor, run by run.

The same rules that decide in earnest (:func:`~..decide.decide`, :func:`~..gather.gather`,
:func:`~..plan.plan`) are given the facts as they were on each day. Only days on which something
can come out differently are looked at.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from heapq import heapify, heappop, heappush

from ..allocation import cover
from ..decide import decide
from ..decision import ONE_DAY, SEND, WAIT, Decision
from ..facts import FORMAL_PHASES, ZERO, Rung
from ..gather import gather
from ..ladder import same_place
from ..law.standing import Served
from ..plan import Candidate, alone_on_its_day, plan
from ..work import WORK
from .past import DROPPED, LEFT, Amount, DebtorPast, Message, World
from .tracks import ANY_DAY, UNTIL_SOMETHING_HAPPENS, OpenCase, Outcome, Sent, Track


def replay(debtor: DebtorPast, world: World) -> Outcome:
    """Say which messages a debtor would have got, and what kept others back."""
    return _Replay(debtor, world).run()


class _Replay:
    def __init__(self, debtor, world):
        self.debtor, self.world = debtor, world
        self.tracks = {
            past.facts.item_id: Track(
                past,
                past.facts.reached,
                past.facts.reached_on,
                past.begun_id,
                veto_from=past.facts.veto_from,
                served=list(debtor.served.get(past.facts.item_id, ())),
            )
            for past in debtor.items
        }
        self.last = dict(debtor.last)
        self.calendar = world.calendar(debtor.debtor_id)
        self.waiting = []
        self.cases = 0
        self.outcome = Outcome([], defaultdict(set))
        self.agenda = []
        #: What happened to items by the number of the run that sees it; ``None``: to all of them.
        self.news = defaultdict(set)

    def run(self):
        for day, item_id in self._days():
            index = bisect_left(self.world.days, day)
            if index < len(self.world.days):
                self.news[index].add(item_id)
        self.agenda = list(self.news)
        heapify(self.agenda)
        looked_at = -1
        while self.agenda:
            index = heappop(self.agenda)
            if index != looked_at:
                looked_at = index
                for item_id in self.news.pop(index, ()):
                    for track in [self.tracks[item_id]] if item_id else self.tracks.values():
                        track.settled_until = None
                self._look(self.world.days[index])
        return self.outcome

    def _days(self):
        """The days on which something happened, each with the item; 0: with all of the debtor."""
        for past in self.debtor.items:
            item_id = past.facts.item_id
            yield past.known_from, 0
            yield from ((each.day, 0) for each in past.amounts if each.open <= 0)
            yield from ((each.day, item_id) for each in past.amounts)
            yield from ((day + ONE_DAY, item_id) for day in past.resumed)
            for stop in past.stops:
                yield stop.since, item_id
                if stop.until:
                    yield stop.until, item_id
            for hold in past.facts.holds:
                yield hold.since, item_id
                if hold.until:
                    yield hold.until + ONE_DAY, item_id
        for amounts in self.debtor.credits.values():
            yield from ((each.day, 0) for each in amounts)

    def _wake(self, day):
        """Look again at the first run that is not before ``day``."""
        index = bisect_left(self.world.days, day)
        if index < len(self.world.days):
            heappush(self.agenda, index)

    # -- one run -----------------------------------------------------------------------------------

    def _look(self, day):
        self._settle(day)
        candidates = self._candidates(day)
        if not candidates:
            return
        for candidate in candidates:
            self._look_again(candidate, day)
        for notice in plan(candidates, day):
            self._make(notice, candidates, day)

    def _candidates(self, day):
        rows = [
            (track, amount)
            for track in self.tracks.values()
            if track.past.known_from <= day and (amount := track.amount(day))
        ]
        if not rows:
            return []
        covered, credit = self._covered(rows, day)
        total = sum((amount.company for _track, amount in rows), ZERO) - credit

        def decided(which):
            return [
                self._candidate(track, amount, covered.get(track.past.line_id, ZERO), total, day)
                for track, amount in which
            ]

        asked = [
            (track, amount)
            for track, amount in rows
            if track.settled_until is None or track.settled_until <= day
        ]
        candidates = decided(asked)
        leaving = [each.decision.rung for each in candidates if each.decision.action == SEND]
        if any(rung.notice for rung in leaving):
            # A statutory notice takes along what else can be claimed.
            known = {each.facts.item_id for each in candidates}
            candidates += decided([row for row in rows if row[0].past.facts.item_id not in known])
        if any(rung.priced for rung in leaving):
            candidates = gather(candidates, day, self.world.bar(day))
        return alone_on_its_day(candidates, day) if leaving else candidates

    def _covered(self, rows, day):
        """What free credits cover, by line; and their sum in company currency."""
        covered, in_company = {}, ZERO
        for currency_id, amounts in self.debtor.credits.items():
            free = _at(amounts, day)
            if not free or free.open <= 0:
                continue
            in_company += free.company
            owed = [
                (track.past.line_id, track.past.facts.due, amount.open)
                for track, amount in rows
                if track.past.currency_id == currency_id
            ]
            covered |= cover(owed, free.open)
        return covered, in_company

    def _candidate(self, track, amount, covered, total, day):
        past = track.past
        revision_id, ladder = self.world.ladder(past, day, track.begun_id)
        reached = track.reached
        moved = bool(track.begun_id and ladder and track.begun_id != revision_id)
        if moved:
            reached = same_place(reached, self.world.known_ladder(track.begun_id), ladder)
        recipients = self._recipients(past, day)
        law = None
        if ladder and ladder.in_law:
            law = self.world.standing(past, day, tuple(track.served))
        count_from, case_number, ask_first = self._track_of(track, day)
        facts = replace(
            past.facts,
            open=amount.open,
            open_company=amount.company,
            covered=covered,
            count_from=count_from,
            reached=reached,
            reached_on=track.reached_on,
            start=0 if moved else past.facts.start,
            veto_from=track.veto_from,
            resumed_on=max((each for each in past.resumed if each <= day), default=None),
            in_flight="queued" if track.waits_for else None,
            failures=track.failures,
            failed_on=track.failed_on,
            debtor_total=total,
            last_message=self.last.get(past.currency_id),
            reachable=frozenset(each[0] for each in recipients if each[1] != "order"),
            order_reachable=frozenset(each[0] for each in recipients if each[1] == "order"),
            law=law,
        )
        decision = self._stopped(past, day) or decide(facts, ladder, day, self.calendar)
        if ask_first and decision.rung and not decision.rung.listed:
            decision = replace(decision, rung=replace(decision.rung, approval=True))
        return Candidate(
            facts=facts,
            decision=decision,
            debtor_id=self.debtor.debtor_id,
            company_id=self.debtor.company_id,
            currency_id=past.currency_id,
            revision_id=revision_id,
            recipients=recipients,
            lang=self.debtor.lang,
            langs=self.debtor.langs,
            per_invoice=bool(ladder) and ladder.per_invoice,
            moved=moved,
            case_id=case_number,
            ladder=ladder,
        )

    def _track_of(self, track, day):
        """From when levels count, the case, and whether its messages wait for approval."""
        if track.case:
            case = track.case
            return case.count_from(day, self.world.closed), case.number, case.ask_first
        past = track.past
        if past.joined_on and day < past.joined_on:
            return None, 0, False
        return past.facts.count_from, past.case_id, past.ask_first

    def _recipients(self, past, day):
        """Whom messages went to, with what was used then and does not work any more."""
        lost = {
            channel: (channel, "accounts", address, contact)
            for channel, until, address, contact in reversed(self.debtor.used)
            if day <= until
        }
        if not lost:
            return past.recipients
        return (*lost.values(), *(each for each in past.recipients if each[0] not in lost))

    def _stopped(self, past, day):
        """What kept the item back then, whatever its levels."""
        for stop in past.stops:
            if stop.since <= day and (stop.until is None or day < stop.until):
                return Decision(WAIT, stop.code, until=stop.until or date.max)
        return None

    def _look_again(self, candidate, day):
        decision, item_id = candidate.decision, candidate.facts.item_id
        if decision.action == SEND:
            return
        self.outcome.kept[item_id].add(decision.code)
        track = self.tracks[item_id]
        if decision.code == "veto" and not track.veto_from:
            track.veto_from = day
        until = decision.until
        if decision.code in UNTIL_SOMETHING_HAPPENS and (not until or until <= day + ONE_DAY):
            until = date.max
        if decision.code not in ANY_DAY:
            track.settled_until = until
        if until and day < until < date.max:
            self._wake(until)

    # -- messages -------------------------------------------------------------------------------------

    def _make(self, notice, candidates, day):
        """Note a message, and what becomes of it."""
        fate = self.world.fate(notice)
        by_item = {each.facts.item_id: each for each in candidates}
        rows = [line for line in notice.lines if line.position]
        if fate.outcome != DROPPED:
            self.outcome.messages.append(
                Message(
                    day=day,
                    debtor_id=notice.debtor_id,
                    channel=notice.channel,
                    phase=notice.phase,
                    rows=tuple((line.item_id, line.position) for line in rows),
                    amount=sum((by_item[line.item_id].facts.open_company for line in rows), ZERO),
                    approval=notice.approval,
                    left_on=fate.day if fate.outcome == LEFT else None,
                )
            )
        rungs = {line.item_id: by_item[line.item_id].decision.rung for line in rows}
        for line in rows:
            track = self.tracks[line.item_id]
            track.begun_id, track.settled_until = line.revision_id, None
            if notice.channel not in WORK or not _beside(rungs[line.item_id]):
                track.waits_for += 1
        if fate.day is None:
            return
        self.waiting.append(Sent(notice, fate, rungs))
        self._wake(fate.day + ONE_DAY)

    def _settle(self, day):
        """What has left since the last look counts: levels, gaps, terms."""
        over = [sent for sent in self.waiting if sent.fate.day < day]
        if not over:
            return
        self.waiting = [sent for sent in self.waiting if sent.fate.day >= day]
        for sent in over:
            for line in sent.notice.lines:
                if line.position:
                    self._reach(sent, line)
            if sent.fate.outcome == LEFT and sent.fate.counts:
                currency_id = sent.notice.currency_id
                known = self.last.get(currency_id)
                self.last[currency_id] = max(known or sent.fate.day, sent.fate.day)
        self._open_cases(over, day)

    def _open_cases(self, over, day):
        """Formal notices that left open cases about what is still open, where the policy says so."""
        piles = defaultdict(list)
        for sent in sorted(over, key=lambda each: each.fate.day):
            if sent.fate.outcome != LEFT or sent.notice.phase not in FORMAL_PHASES:
                continue
            for line in sent.notice.lines:
                track = line.position and self.tracks[line.item_id]
                if not track or track.case or track.past.case_id or not track.amount(day):
                    continue
                opens, ask_first = self.world.opens(track.past.policy_id)
                pile = piles[sent.notice.currency_id, sent.fate.day, ask_first]
                if opens and all(track not in other for other in piles.values()):
                    pile.append(track)
        for (_currency_id, begun, ask_first), members in piles.items():
            first = max(members, key=lambda each: each.reached, default=None)
            rungs = self.world.known_ladder(first.begun_id).rungs if first else ()
            formal = next((rung for rung in rungs if rung.active and rung.formal), None)
            if formal is None:
                continue
            self.cases -= 1
            case = OpenCase(self.cases, begun, formal.days, ask_first, members)
            for track in members:
                track.case, track.settled_until = case, None

    def _reach(self, sent, line):
        track, rung = self.tracks[line.item_id], sent.rungs[line.item_id]
        track.settled_until = None
        if sent.notice.channel not in WORK or not _beside(rung):
            track.waits_for = max(track.waits_for - 1, 0)
        if sent.fate.outcome != LEFT:
            if sent.fate.outcome != DROPPED:
                track.failures += 1
                track.failed_on = sent.fate.day
            return
        if track.reached != line.position:
            track.reached, track.reached_on = line.position, sent.fate.day
            track.failures, track.failed_on, track.veto_from = 0, None, None
        first = sent.rungs[sent.notice.lines[0].item_id]
        if (rung.notice or rung.term_days) and rung.position == first.position:
            self._serve(sent, track, rung)

    def _serve(self, sent, track, rung):
        """A message with a term that left gives that term."""
        if sent.notice.channel in WORK or track.past.facts.law is None and not track.past.policy_id:
            return
        standing = self.world.standing(track.past, sent.fate.day, tuple(track.served))
        term = self.world.term(
            standing, rung.notice, rung.term_days, sent.notice.channel, sent.fate.day
        )
        if term is None or term.received is None:
            return
        asked, last = sent.notice.asked, term.last
        if asked and asked.cut:
            last = min(last, asked.pay_by)
        track.served.append(
            Served(
                notice_id=0,
                code=rung.notice,
                received=term.received,
                until=last,
                days=(last - term.received).days,
                announced=asked.announced if asked else Decimal(0),
                demand=rung.demand,
            )
        )


def _beside(rung: Rung) -> bool:
    """Whether work for a person comes beside a message of the same rung."""
    return rung.every_channel or rung.call_beside


def _at(amounts: tuple[Amount, ...], day: date) -> Amount | None:
    found = None
    for amount in amounts:
        if amount.day > day:
            break
        found = amount
    return found
