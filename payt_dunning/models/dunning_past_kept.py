from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..rules.simulate.past import DROPPED, FAILED, LEFT, Fate, Stop
from ..rules.work import WORK
from .dunning_call_outcomes import RIGHT_PARTY
from .past_rows import debtor_of, item_of

ONE_DAY = timedelta(days=1)
#: Reasons that are not of the levels: when they held is taken from what was noted then.
NOTED = (
    "not_posted",
    "no_followup",
    "core_blocked",
    "ambiguous",
    "we_owe",
    "money_under_way",
    "receipt",
    "bank_behind",
    "invoice_not_sent",
    "invoice_bounced",
)


class Real(NamedTuple):
    """A row of a message that was really made, with its message."""

    item_id: int
    position: int
    notice_id: int
    debtor_id: int
    currency_id: int
    channel: str
    phase: str
    state: str
    as_of: object
    sent_on: object
    recipient: str
    contact_id: int
    counts: bool
    amount: float

    @property
    def made(self):
        """Whether somebody got it, or was to do it: work that is over before it is done counts."""
        return self.state != "cancelled" or self.channel in WORK


class Held(NamedTuple):
    """A line as :meth:`~.dunning_hold_facts.DunningHold._spread` wants it."""

    item_id: int
    move_id: int
    debtor_id: int
    due: object
    open: object


class DunningPast(models.AbstractModel):
    """Holds, decisions and messages of the past, for replaying levels."""

    _inherit = "dunning.past"  # pylint: disable=consider-merging-classes-inherited

    # -- what kept items back ------------------------------------------------------------------------

    @api.model
    def _holds(self, view, debts, amounts):
        """Holds as they were in force, and days on which one was ended by a person.

        :return: ``{item id: (holds, days, first and last day of those on all of it)}``
        """
        rows = [
            Held(
                item_of(row),
                row.move_id,
                debtor_of(view, row),
                row.due,
                amounts[row.line_id][0].open,
            )
            for row in debts
        ]
        in_force, whole, released = [], [], {}
        for hold_id, kind, since, until, *about, ended in view.holds:
            last = min(filter(None, (until, ended)), default=None)
            # A case is paused on the day on which a hold is ended too.
            whole.append((hold_id, kind, since, last, *about))
            if ended:
                released[hold_id] = ended
                last = min(filter(None, (until, ended - ONE_DAY)))
            if last is None or since <= last:
                in_force.append((hold_id, kind, since, last, *about))
        hold, company_id = self.env["dunning.hold"], view.house.company_id
        facts = hold._spread(in_force, company_id, rows)
        found = {}
        for item_id, every in hold._spread(whole, company_id, rows).items():
            days = {released[each.hold_id] for each in every if each.hold_id in released}
            spans = ((each.since, each.until) for each in every if each.amount is None)
            found[item_id] = (facts.get(item_id, ()), tuple(sorted(days)), tuple(spans))
        return found

    @api.model
    def _all_holds(self, company):
        """Every hold that a company has had, with the day on which somebody ended it."""
        return self.env.execute_query(
            SQL(
                """SELECT id, kind, date_from, date_until, amount, debtor_id, move_id, item_id,
                          released_on
                     FROM dunning_hold WHERE company_id = %s AND proposed IS NOT TRUE""",
                company.id,
            )
        )

    @api.model
    def _stops(self, view, debts):
        """When reasons that are not of the levels held, as noted: ``{item id: (Stop, …)}``."""
        ids = [row.item_id for row in debts if row.item_id]
        rows = self.env.execute_query(
            SQL(
                """SELECT item_id, day, reason, create_date FROM dunning_event
                    WHERE item_id = ANY(%s) AND kind = 'decision' ORDER BY item_id, id""",
                ids,
            )
        )
        found, last = defaultdict(list), {}
        for item_id, day, reason, made_at in rows:
            seen = view.seen(made_at, day)
            begun = last.pop(item_id, None)
            if begun and begun[0] < seen:
                found[item_id].append(Stop(begun[0], seen, begun[1]))
            if reason in NOTED:
                last[item_id] = (seen, reason)
        for item_id, (seen, reason) in last.items():
            found[item_id].append(Stop(seen, None, reason))
        return {item_id: tuple(stops) for item_id, stops in found.items()}

    # -- what was really sent -------------------------------------------------------------------------

    @api.model
    def _real(self, item_ids):
        """Rows of messages about items that were made for a level: list of :class:`Real`."""
        if not item_ids:
            return []
        rows = self.env.execute_query(
            SQL(
                """SELECT line.item_id, line.position, notice.id, notice.debtor_id,
                          notice.currency_id, notice.channel, coalesce(notice.phase, ''),
                          notice.state, notice.as_of, notice.sent_on, notice.recipient,
                          coalesce(notice.partner_id, 0),
                          (notice.contact IS NULL AND notice.channel <> ALL(%(work)s)
                           OR notice.contact = ANY(%(reached)s)),
                          CASE WHEN item.amount_company <> 0 THEN item.amount_company
                               ELSE line.amount END
                     FROM dunning_notice_line line
                     JOIN dunning_notice notice ON notice.id = line.notice_id
                     JOIN dunning_item item ON item.id = line.item_id
                    WHERE line.item_id = ANY(%(items)s) AND line.position > 0
                      AND notice.kind = 'reminder' AND notice.retry_of_id IS NULL
                 ORDER BY notice.id, line.id""",
                items=item_ids,
                work=list(self.env["dunning.channel"]._work()),
                reached=list(RIGHT_PARTY),
            )
        )
        return [Real(*row) for row in rows]

    @api.model
    def _fates(self, real):
        """What became of real messages: ``{(item id, position, channel): {day: Fate}}``."""
        found = defaultdict(dict)
        for row in real:
            if row.state == "sent":
                fate = Fate(LEFT, row.sent_on, bool(row.counts))
            elif row.state in ("failed", "returned"):
                fate = Fate(FAILED, row.sent_on or row.as_of, False)
            elif row.state == "cancelled" and row.channel not in WORK:
                fate = Fate(DROPPED, row.as_of, False)
            else:
                fate = Fate(LEFT, None)
            found[row.item_id, row.position, row.channel][row.as_of] = fate
        return found

    @api.model
    def _mails(self, debtor_ids):
        """The days on which debtors wrote from the address that they have now, by debtor."""
        rows = self.env.execute_query(
            SQL(
                """SELECT debtor.id, message.date::date
                     FROM dunning_debtor debtor
                     JOIN res_partner person ON person.commercial_partner_id = debtor.partner_id
                     JOIN mail_message message ON message.author_id = person.id
                    WHERE debtor.id = ANY(%s) AND message.message_type = 'email'
                      AND message.email_from ILIKE '%%' || person.email || '%%'""",
                list(debtor_ids),
            )
        )
        found = defaultdict(list)
        for debtor_id, day in rows:
            found[debtor_id].append(day)
        return found

    @api.model
    def _before(self, view, real):
        """The last level that left before the first day: ``{item id: (position, day)}``."""
        found = {}
        for row in real:
            if row.state == "sent" and row.sent_on and row.sent_on < view.start:
                found[row.item_id] = (row.position, row.sent_on)
        return found

    @api.model
    def _served_before(self, view, real):
        """Notices with a term that left before the first day, by item."""
        early = {row.notice_id for row in real if row.sent_on and row.sent_on < view.start}
        if not early:
            return {}
        served = self.env["dunning.law"]._served(list({row.item_id for row in real}))
        return {
            item_id: tuple(each for each in own if each.notice_id in early)
            for item_id, own in served.items()
        }

    @api.model
    def _last_before(self, view, real):
        last = {}
        for row in real:
            if row.state == "sent" and row.counts and row.sent_on < view.start:
                known = last.get(row.currency_id)
                last[row.currency_id] = max(known or row.sent_on, row.sent_on)
        return last

    @api.model
    def _used(self, real, person):
        """Channels that reached a debtor then and don't now: until when, and which address."""
        found = {}
        for row in real:
            if row.channel not in person.reachable and row.state in ("sent", "returned", "failed"):
                found[row.channel] = (row.channel, row.as_of, row.recipient, row.contact_id)
        return tuple(found.values())
