from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..rules.track import track
from .collection_case import OURS, STEPS


class CollectionCase(models.Model):
    """What becomes of cases by itself: their phase, their days, and their end."""

    _inherit = "collection.case"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _watch_sql(self, company, day):
        """Whether a case is open, or a formal notice left that opens one."""
        return SQL(
            """EXISTS (SELECT FROM collection_case WHERE company_id = %s AND phase != 'closed')
               OR EXISTS (%s)""",
            company.id,
            self._notices_without_case(company, day),
        )

    @api.model
    def _watch(self, company, day):
        """Open cases after notices that left, and look at those that are open."""
        # What the system notes by itself is in the company's language.
        mine = self.with_context(lang=company.partner_id.lang)
        problems = mine._open_after_notices(company, day)
        cases = mine.search(Domain("company_id", "=", company.id) & self._in_force())
        return problems + self.env["dunning.dialogue"]._safely(cases, type(self)._settle)

    def _settle(self):
        """Bring phase and days in line with what has happened; close what is settled."""
        cases = self.sudo()
        cases._let_go_of_others()
        held, closed = cases._held_days(), cases._closed_days()
        moved = cases.browse()
        for case in cases:
            if case.offer_state == "offered":
                case._look_at_offer()
            items = case._open_items()
            if not items:
                case._close(*case._why_over())
            elif case.phase in OURS:
                moved |= case._follow_messages()
                spans = [held.get(item.id, ()) for item in items]
                case._count_days(spans, closed[case.company_id])
        moved._ask_to_decide()

    def _let_go_of_others(self):
        """An invoice that went to another debtor is in the case no more."""
        lines = self.line_ids.filtered(
            lambda line: not line.left_on and line.item_id.debtor_id != line.case_id.debtor_id
        )
        lines._leave(self.env._("It is another debtor's now."))

    def _why_over(self):
        """Outcome and reason of a case of which nothing is open any more."""
        items = self.line_ids.filtered(lambda line: not line.left_on).item_id
        if not items:
            return "not_pursued", self.env._("Nothing is in it any more.")
        if self.offer_state == "applied":
            return "waived", self.env._("Paid in time: the costs were waived.")
        credits = items.line_id.matched_credit_ids.credit_move_id
        if any(line.journal_id.type in ("bank", "cash", "credit") for line in credits):
            return "paid", self.env._("Everything was paid.")
        return "credited", self.env._("Everything was credited or written off.")

    def _close(self, outcome, because):
        """A case is over; its items that are open go on by themselves."""
        self.ensure_one()
        self.write(
            {
                "phase": "closed",
                "phase_on": self._today(),
                "outcome": outcome,
                "closed_on": self._today(),
                "closed_because": because,
            }
        )
        self._note(because)
        open_items = self._open_items()
        self.line_ids.filtered(lambda line: line.item_id in open_items)._leave(because)
        self.env["dunning.task"]._done(self, "case_decision")

    # -- phase -----------------------------------------------------------------------------------

    def _follow_messages(self):
        """The furthest message that left about all of it decides the phase; and day 0.

        :return: the case, if its phase is another now
        """
        before = self.phase
        order = [step for step, _name in STEPS]
        reached, begun = self.phase, self.begun_on
        for notice in self.notice_ids.filtered(lambda each: each.state == "sent"):
            step = notice.level_id.case_step
            if step and (reached not in order or order.index(step) > order.index(reached)):
                reached = step
            if not begun and notice.level_id.is_formal:
                begun = notice.sent_on
        if begun and reached == "opened":
            reached = "default_notice"
        if any(item.reason == "end_of_ladder" for item in self._open_items()):
            reached = "ready" if begun else reached
        if reached != self.phase:
            self._set_phase(reached)
        if begun != self.begun_on:
            self.begun_on = begun
            self._take_along()
            self._align()
        return self if self.phase != before else self.browse()

    def _take_along(self):
        """What its notice was about beside it is in the case too: there is one notice for all."""
        notices = self.notice_ids.filtered(lambda each: each.state == "sent")
        items = notices.line_ids.filtered(
            lambda line: line.position == line.notice_id.level_id.position
        ).item_id.filtered(
            lambda item: (
                item.state == "open"
                and item.debtor_id == self.debtor_id
                and item.currency_id == self.currency_id
                and not item.case_id
            )
        )
        self._add(items)

    # -- days ------------------------------------------------------------------------------------

    def _closed_days(self):
        """Days on which the companies of these cases are closed: ``{company: days}``."""
        found = {}
        for company, cases in self.grouped("company_id").items():
            begun = [case.begun_on for case in cases if case.begun_on]
            last = self.env["dunning.message"]._today(company).year
            years = range(min(begun).year, last + 1) if begun else ()
            found[company] = self.env["dunning.closure"]._days(company, years)
        return found

    def _count_days(self, held, closed):
        """How many of its days have run, how many were paused, and by when it is decided.

        :param held: of each of its open items, first and last day of what held it in full
        :param closed: days on which its company is closed
        """
        if not self.begun_on:
            return
        found = track(self.begun_on, self._today(), held, closed, self.track_days)
        values = {
            "days_running": found.running,
            "days_paused": found.paused,
            "deadline": found.deadline,
        }
        moved = self.days_paused != found.paused
        if any(self[name] != value for name, value in values.items()):
            self.write(values)
        if moved:
            self._count_levels()

    def _held_days(self):
        """First and last day of what held each open item of these in full: ``{item id: [days]}``."""
        items = self._open_items()
        holds = (
            self.env["dunning.hold"]
            .sudo()
            .search(
                Domain("company_id", "in", self.company_id.ids)
                & Domain("proposed", "=", False)
                & (
                    Domain("item_id", "in", items.ids)
                    | Domain("move_id", "in", items.move_id.ids)
                    | Domain("debtor_id", "in", self.debtor_id.ids)
                    | Domain("item_id", "=", False)
                    & Domain("move_id", "=", False)
                    & Domain("debtor_id", "=", False)
                )
            )
        )
        scopes = defaultdict(list)
        for hold in holds.filtered(lambda hold: not hold.amount):
            ends = [each for each in (hold.date_until, hold.released_on) if each]
            about = hold.item_id or hold.move_id or hold.debtor_id or hold.company_id
            scopes[about].append((hold.date_from, min(ends) if ends else None))
        return {
            item.id: [
                days
                for about in (item, item.move_id, item.debtor_id, item.company_id)
                for days in scopes.get(about, ())
            ]
            for item in items
        }


class DunningDialogue(models.AbstractModel):
    """Cases are looked at with what the daily run watches."""

    _inherit = "dunning.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _watched(self):
        return [*super()._watched(), "collection.case"]
