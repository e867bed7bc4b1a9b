from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..rules.law.asks import term_of
from ..rules.law.errors import Held, Refused
from ..rules.simulate.effect import FOLLOWS_WITHIN
from ..rules.simulate.measure import LIST, Tally
from ..rules.simulate.past import LEFT, Fate, Message, World
from ..rules.simulate.replay import replay
from ..rules.working_days import Calendar
from .dunning_law import IN_USE
from .past_rows import first_seen

ZERO = Decimal(0)
#: The revision that is tried out has no record.
TRIED = -1
#: A message that a person approved left within this time.
APPROVED_WITHIN = timedelta(days=14)
#: Partners whose past is read and replayed at a time.
PART = 250


@dataclass(slots=True)
class View:
    """The past that is looked at, of one company; what is read of parts is put into it.

    :param live: the day the company went live; ``None``: it did not
    :param days: of the daily run; ``moments``: up to when each knew what happened (UTC)
    :param holds: what :meth:`~.dunning_past.DunningPast._all_holds` gives
    :param real: what became of real messages, by item, position and channel, then by day
    :param mails: days on which debtors wrote to us; read when somebody asks
    :param rows: line and person by item id
    """

    start: date
    end: date
    live: date | None
    days: tuple
    moments: list
    house: object
    holds: list
    real: dict = field(default_factory=dict)
    rows: dict = field(default_factory=dict)
    people: dict = field(default_factory=dict)
    debtor_of: dict = field(default_factory=dict)
    mails: dict | None = None

    def seen(self, made_at, day):
        """The first run that could know of something; see :func:`~.past_rows.first_seen`."""
        return first_seen(self.days, self.moments, made_at, day, self.live)

    def moment(self, day):
        """Up to when the run of a day knew what happened; ``None`` where there was none."""
        place = bisect_left(self.days, day)
        found = place < len(self.days) and self.days[place] == day
        return self.moments[place] if found else None

    def forget(self):
        """Let go of what was read of a part."""
        for each in (self.real, self.rows, self.people, self.debtor_of):
            each.clear()
        self.mails = None


class DunningSimulation(models.AbstractModel):
    """What levels would have sent over the company's own past, beside what really left.

    Payments, holds and what kept invoices back stay as they were. Nothing is stored or sent.
    """

    _name = "dunning.simulation"
    _description = "Levels Tried on the Past"

    @api.model
    def _view(self, company, start, end):
        """The past of a company from a day through another, as far as it is the same for all."""
        settings = company.sudo()
        house = self.env["dunning.house"]._ahead(company, end)
        live = settings.dunning_live_since or None
        # For whoever begins on the first day, what is older than that is a backlog.
        began = live if live and live <= start else start
        house = replace(house, bank_until=None, receipts={}, live_since=began)
        days, moments = self.env["dunning.past"]._run_days(company, start, end)
        holds = self.env["dunning.past"]._all_holds(company)
        return View(start, end, live, days, moments, house, holds)

    @api.model
    def _world(self, view, policy_id=0, ladder=None):
        """What the rules are given; see :class:`~..rules.simulate.past.World`.

        :param policy_id: the policy instead of which a ladder is tried; 0: as it was
        """
        company = self.env["res.company"].browse(view.house.company_id)
        known = _Known(self.env, company, view)
        known.tried = (policy_id, ladder)
        return World(
            days=view.days,
            ladder=known.ladder,
            calendar=known.calendar,
            standing=known.standing,
            bar=known.bar,
            term=known.term,
            fate=known.fate,
            known_ladder=known.known_ladder,
            opens=known.opens,
            closed=known.closed(),
        )

    @api.model
    def _part(self, view, world, partner_ids, policy_id=0):
        """Replay some partners: :class:`~..rules.simulate.measure.Tally`.

        :param policy_id: only debtors with something that follows this policy; 0: all
        """
        tally = Tally()
        view.forget()
        debtors, real = self.env["dunning.past"]._read(view, partner_ids)
        real_of = defaultdict(list)
        for row in real:
            real_of[row.debtor_id].append(row)
        for debtor in debtors:
            if policy_id and all(item.policy_id != policy_id for item in debtor.items):
                continue
            outcome = replay(debtor, world)
            items = {item.facts.item_id: item for item in debtor.items}
            was = self._was(view, real_of[debtor.debtor_id], items)
            tally.add("was", was)
            tally.add("would", outcome.messages)
            tally.compare(was, outcome.messages)
            tally.keep(outcome.kept)
            tally.counts["items"] += len(items)
            self._note_payments(tally, was, outcome.messages, items)
        return tally

    @api.model
    def _was(self, view, rows, items):
        """What was really made for a debtor in that time: list of ``Message``."""
        by_notice = defaultdict(list)
        for row in rows:
            inside = view.start <= row.as_of <= view.end and row.item_id in items
            if inside and row.made:
                by_notice[row.notice_id].append(row)
        return [
            Message(
                day=own[0].as_of,
                debtor_id=own[0].debtor_id,
                channel=own[0].channel,
                phase=own[0].phase,
                rows=tuple((row.item_id, row.position) for row in own),
                amount=sum((_open_on(items[row.item_id], own[0].as_of) for row in own), ZERO),
                left_on=own[0].sent_on if own[0].state == "sent" else None,
            )
            for own in by_notice.values()
        ]

    @api.model
    def _note_payments(self, tally, was, would, items):
        """What a first reminder was about, and whether a payment followed real ones."""
        tally.move(
            was,
            would,
            {
                item_id: _open_on(items[item_id], message.day)
                for message in reversed(was)
                for item_id, _position in message.rows
            },
        )
        for message in was:
            if not message.left_on or message.channel == LIST:
                continue
            until = message.left_on + timedelta(days=FOLLOWS_WITHIN)
            for item_id, _position in message.rows:
                paid = next((a.day for a in items[item_id].amounts if a.open <= 0), None)
                tally.counts["reminded"] += 1
                tally.counts["followed"] += bool(paid and message.left_on <= paid <= until)


class _Known:
    """What was looked up while the past is replayed."""

    def __init__(self, env, company, view):
        self.env, self.company, self.view = env, company, view
        self.tried = (0, None)
        self.ladders, self.calendars, self.houses, self.standings = {}, {}, {}, {}
        self.tables = env["collection.law.row"]._tables()
        self.revisions = self._revisions()
        self.usual = self._usual()
        self.bars, self.openings = {}, {}

    def _revisions(self):
        """Revisions of each policy, oldest first, with when they were published."""
        found = defaultdict(list)
        for revision in self.env["dunning.policy.revision"].sudo().search([], order="number"):
            found[revision.policy_id.id].append(
                (revision.create_date, revision.withdrawn_on, revision.id)
            )
            self.ladders[revision.id] = (revision.policy_id.id, revision._to_ladder())
        return found

    def _usual(self):
        """After how many days messages left that a person sends, by channel: the median."""
        rows = self.env.execute_query(
            SQL(
                """SELECT channel, percentile_disc(0.5) WITHIN GROUP (ORDER BY sent_on - as_of)
                     FROM dunning_notice
                    WHERE company_id = %s AND state = 'sent' AND kind = 'reminder'
                      AND retry_of_id IS NULL
                 GROUP BY channel""",
                self.company.id,
            )
        )
        return dict(rows)

    def known_ladder(self, revision_id):
        return self.tried[1] if revision_id == TRIED else self.ladders[revision_id][1]

    def ladder(self, past, day, begun_id):
        """The revision that an item follows, and its ladder."""
        policy_id, ladder = self.tried
        if policy_id and past.policy_id == policy_id:
            return TRIED, ladder
        if begun_id in self.ladders and self.ladders[begun_id][0] == past.policy_id:
            return begun_id, self.ladders[begun_id][1]
        revisions = self.revisions.get(past.policy_id)
        if not revisions:
            return 0, None
        moment = self.view.moment(day)
        published = [
            each
            for made_at, gone_at, each in revisions
            if moment and made_at <= moment and not (gone_at and gone_at <= moment)
        ]
        kept = [each for _made_at, gone_at, each in revisions if not gone_at]
        revision_id = (published or kept[:1] or [revisions[0][2]])[-1]
        return revision_id, self.ladders[revision_id][1]

    def opens(self, policy_id):
        """Whether a formal notice opens a case, and whether its messages wait for approval."""
        if policy_id not in self.openings:
            policy = self.env["dunning.policy"].sudo().browse(policy_id).exists()
            self.openings[policy_id] = (
                policy.case_opening == "notice",
                bool(policy.case_ask_first),
            )
        return self.openings[policy_id]

    def closed(self):
        """Days on which the company was closed."""
        years = range(self.view.start.year, self.view.end.year + 1)
        return frozenset(self.env["dunning.closure"]._days(self.company, years))

    def calendar(self, debtor_id):
        """Days on which messages may leave to a debtor, over all years looked at."""
        country = self.view.people[debtor_id].law.home
        if country not in self.calendars:
            when = self.env["dunning.when"]
            days = self.company.sudo()._dunning_days()
            closed = frozenset()
            for year in range(self.view.start.year, self.view.end.year + 1):
                closed |= when._closed(self.company, country, "", year)
            self.calendars[country] = Calendar(days.friendly, days.formal, closed)
        return self.calendars[country]

    def _house(self, day):
        """The company's facts with the law of a month."""
        month = day.replace(day=1)
        if month not in self.houses:
            self.houses[month] = replace(self.view.house, day=month, laws={})
        return self.houses[month]

    def standing(self, past, day, served):
        item_id = past.facts.item_id
        key = (item_id, day.replace(day=1), served)
        if key not in self.standings:
            if len(self.standings) > 50_000:
                self.standings.clear()
            row, person = self.view.rows[item_id]
            self.standings[key] = self.env["dunning.law"]._standing(
                row, person, self._house(day), served
            )
        return self.standings[key]

    def bar(self, day):
        """Amounts of costs and interest are not worked out: they change nothing of what leaves."""
        if day not in self.bars:
            bar = self.env["dunning.law"]._bar(self.view.house, day)
            self.bars[day] = replace(
                bar,
                interest=lambda *args: ZERO,
                costs=lambda *args: ZERO,
                fees=lambda *args: 0,
                proven=lambda debtor_ids: self.proven(debtor_ids, day),
            )
        return self.bars[day]

    def proven(self, debtor_ids, day):
        """Which debtors had written from their address in the twelve months before a day."""
        view = self.view
        if view.mails is None:
            known = [debtor_id for debtor_id in view.people if debtor_id > 0]
            view.mails = self.env["dunning.past"]._mails(known)
        return {
            debtor_id
            for debtor_id in debtor_ids
            if any(day - IN_USE <= wrote <= day for wrote in view.mails.get(debtor_id, ()))
        }

    def term(self, standing, code, days, channel, day):
        try:
            return term_of(self.tables, standing, code, days, channel, day)
        except (Held, Refused):
            return None

    def fate(self, notice):
        """What became of the same message in earnest; else what usually does."""
        for line in notice.lines:
            if line.position:
                days = self.view.real.get((line.item_id, line.position, notice.channel), {})
                real = days.get(notice.day)
                if real is None and notice.approval:
                    real = self._approved(days, notice.day)
                if real:
                    return real
        if notice.channel == "list" and notice.channel not in self.usual:
            return Fate(LEFT, None)
        after = self.usual.get(notice.channel) or 0 if notice.channel != "email" else 0
        works = notice.channel in ("list", "call")
        return Fate(LEFT, notice.day + timedelta(days=after), counts=not works)

    def _approved(self, days, day):
        """The message that a person approved within some days is made anew on that day."""
        later = [each for each in days if day < each <= day + APPROVED_WITHIN]
        return days[min(later)] if later else None


def _open_on(item, day):
    """What was open of an item on a day, in company currency."""
    found = [each.company for each in item.amounts if each.day <= day]
    return found[-1] if found else item.amounts[0].company
