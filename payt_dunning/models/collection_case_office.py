from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

from ..rules import agent_results
from ..rules.agent_results import Entry
from ..tools import exact
from .collection_case import OURS
from .collection_handover import LIVE

ZERO = Decimal(0)


class CollectionCase(models.Model):
    """Where a case stands at its office, what came of it there, and how it ends."""

    _inherit = "collection.case"  # pylint: disable=consider-merging-classes-inherited

    office_handover_id = fields.Many2one(
        "collection.handover", "Last Handover", compute="_compute_office_handover_id"
    )
    office_ended = fields.Boolean(
        compute="_compute_office_handover_id", help="The office closed it, and we have not yet."
    )
    # Not related: a handover that is picked can't tell its case that it changed.
    office_status = fields.Char("Where It Stands", compute="_compute_office_told")
    office_since = fields.Date("Since", compute="_compute_office_told")
    office_closure = fields.Char("How It Ended", compute="_compute_office_told")
    office_balance_on = fields.Date("Balance As of", compute="_compute_office_told")
    office_due = fields.Monetary("Owed There", compute="_compute_office_told")
    office_difference = fields.Monetary(
        "More There Than Here", compute="_compute_office", help="Below zero: less than here."
    )
    office_why = fields.Text("Because", compute="_compute_office")
    office_bookings = fields.Html("Its Bookings", compute="_compute_office", sanitize=False)
    office_collected = fields.Monetary(
        "It Collected",
        compute="_compute_office",
        help="What the debtor paid to the office, as it tells.",
    )
    office_paid_out = fields.Monetary(
        "Paid Out to Us", compute="_compute_office", help="As it tells, on the bank or not yet."
    )
    office_on_bank = fields.Monetary(
        "Of That Matched", compute="_compute_office", help="With lines on our bank."
    )
    office_withheld = fields.Monetary(
        "It Kept", compute="_compute_office", help="Costs, without the VAT on them."
    )
    office_direct = fields.Monetary(
        "Paid to Us Directly", compute="_compute_office", help="Since it was handed over."
    )
    office_court_fee = fields.Monetary("Court Fee", compute="_compute_office")
    office_fee_back = fields.Char("Of That Recovered", compute="_compute_office")
    office_rest = fields.Monetary(
        "Not Collected",
        compute="_compute_office",
        help="What is owed here still, once the office has closed it.",
    )
    remittance_line_ids = fields.One2many(
        "collection.feedback.line",
        "case_id",
        "Paid Out",
        readonly=True,
        domain=[
            ("kind", "=", "remittance"),
            ("result", "=", "applied"),
            ("handover_id.test", "=", False),
        ],
    )

    @api.depends("handover_ids.state", "handover_ids.agent_closure", "phase")
    def _compute_office_handover_id(self):
        for case in self:
            real = case.handover_ids.filtered(
                lambda each: not each.test and each.function in ("original", "replacement")
            )
            last = case.handover_id or real.filtered(lambda each: each.state != "rejected")[:1]
            case.office_handover_id = last
            case.office_ended = bool(
                case.handover_id.agent_closure and case.phase not in (*OURS, "closed")
            )

    @api.depends(
        "handover_ids.state",
        "handover_ids.agent_status_name",
        "handover_ids.agent_since",
        "handover_ids.agent_closure_name",
        "handover_ids.agent_balance_on",
        "handover_ids.agent_due",
        "phase",
    )
    def _compute_office_told(self):
        for case in self:
            # Whoever sees the case sees this, as with related fields.
            last = case.office_handover_id.sudo()
            case.office_status, case.office_since = last.agent_status_name, last.agent_since
            case.office_closure = last.agent_closure_name
            case.office_balance_on, case.office_due = last.agent_balance_on, last.agent_due

    @api.depends(
        "handover_ids.state",
        "handover_ids.agent_due",
        "handover_ids.feedback_line_ids.result",
        "handover_ids.feedback_line_ids.remittance_id.state",
        "line_ids.left_on",
    )
    @api.depends_context("lang")
    def _compute_office(self):
        payments = self._steps(("payment",))
        for case in self:
            handover = case.office_handover_id
            told = case.sudo()._told_by(handover.agent_id)
            entries = [_entry(line) for line in told if line.kind == "booking"]
            paid = told.filtered(lambda line: line.kind == "remittance")
            matched = paid.filtered(lambda line: line.remittance_id.state == "matched")
            case.office_paid_out = sum(paid.mapped("amount"))
            case.office_on_bank = sum(matched.mapped("amount"))
            case.office_withheld = sum(paid.mapped("withheld"))
            case.office_collected = max(
                float(agent_results.collected(entries)), sum(paid.mapped("collected"))
            )
            direct = _since(handover, payments[case])
            case.office_direct = float(direct)
            fee, back = agent_results.court_fee(entries)
            case.office_court_fee = float(fee)
            case.office_fee_back = case._money(float(back)) if back is not None else False
            case.office_rest = case.total if handover.agent_closure else 0.0
            case.office_bookings = case._bookings_table(entries)
            booked = sum(map(exact, matched.mapped("collected")), ZERO)
            case._explain(handover, entries, direct, booked)

    def _told_by(self, agent):
        """What an office told about a case and counts, oldest first."""
        return self.handover_ids.feedback_line_ids.filtered(
            lambda line: (
                line.agent_id == agent and line.result == "applied" and not line.handover_id.test
            )
        ).sorted(lambda line: (line.day, line.id))

    def _costs_there(self, agent):
        """Costs and interest that an office asks of the debtor, as it told."""
        told = self.sudo()._told_by(agent).filtered(lambda line: line.kind == "booking")
        return agent_results.costs_of_debtor([_entry(line) for line in told])

    def _explain(self, handover, entries, direct, matched):
        """How much more is owed there than here, and why."""
        self.office_difference, self.office_why = 0.0, False
        if not handover.agent_balance_on:
            return
        theirs, ours = exact(handover.agent_due), exact(self.total)
        self.office_difference = self.currency_id.round(float(theirs - ours))
        parts = agent_results.difference(
            theirs, ours, exact(handover.total), entries, direct, matched
        )
        words = {
            "added": self.env._("costs and interest that it added"),
            "collected": self.env._("collected there, and not in our books yet"),
            "direct": self.env._("paid to us, and not in its ledger"),
            "waived": self.env._("waived there"),
            "corrected": self.env._("corrected there"),
            "here": self.env._("interest and what else came up here since"),
            "unexplained": self.env._("not explained by what it told: ask the office"),
        }
        self.office_why = "\n".join(
            f"{self._signed(float(amount))}: {words[code]}" for code, amount in parts
        )

    def _signed(self, amount):
        return f"{'+' if amount > 0 else '−'} {self._money(abs(amount))}"

    def _bookings_table(self, entries):
        """Bookings summed by type, as a table."""
        words = self.env["collection.feedback.words"]
        row = Markup('<tr><td>%s</td><td class="text-end">%s</td><td class="text-end">%s</td></tr>')
        rows = [
            row
            % (
                words._code(code),
                self._money(float(debtor)) if debtor else "",
                self._money(float(us)) if us else "",
            )
            for code, (debtor, us) in agent_results.by_type(entries).items()
        ]
        return rows and (
            Markup(
                '<table class="table table-sm"><thead><tr><th>%s</th><th class="text-end">%s</th>'
                '<th class="text-end">%s</th></tr></thead><tbody>%s</tbody></table>'
            )
            % (
                self.env._("Booked There"),
                self.env._("To the Debtor"),
                self.env._("To Us"),
                Markup().join(rows),
            )
        )

    # -- its end ---------------------------------------------------------------------------------------

    def _why_over(self):
        """What an office collected was not paid to us; what it closed is said in its words."""
        outcome, because = super()._why_over()
        handover = self.office_handover_id
        if not handover:
            return outcome, because
        office = handover.agent_id.partner_id.name
        if outcome == "paid" and self.office_on_bank:
            outcome, because = "collected", self.env._("%s collected it.", office)
            if self.office_direct:
                outcome = "collected" if self.office_on_bank > self.office_direct else "paid"
                because = self.env._(
                    "%(office)s collected a part, %(amount)s was paid to us.",
                    office=office,
                    amount=self._money(self.office_direct),
                )
        if handover.agent_closure:
            if outcome == "credited" and handover.agent_closure in agent_results.HOPELESS:
                outcome = "uncollectable"
            because = f"{because} {self._closure_words(handover)}"
        return outcome, because

    def _closure_words(self, handover):
        return self.env._(
            "%(office)s closed it on %(day)s: %(why)s.",
            office=handover.agent_id.partner_id.name,
            day=format_date(self.env, handover.agent_closed_on),
            why=handover.with_env(self.env).agent_closure_name,
        )

    def _close(self, outcome, because):
        """A handover that the office has closed is over with its case."""
        result = super()._close(outcome, because)
        self._end_handovers()
        # What is open again later is ours: nothing of it is with an office any more.
        self.env["dunning.hold"].sudo()._release_owned(self, because)
        return result

    def _end_handovers(self):
        over = self.sudo().handover_ids.filtered(
            lambda each: each.state in LIVE and each.agent_closure and not each.test
        )
        over.write({"state": "ended"})

    def action_give_up(self, kind, reason):
        """Also what its office has closed may be given up: it comes back to us first."""
        cases = self._as_collector()
        ended = cases.filtered("office_ended")
        hopeless = ended.filtered(
            lambda case: case.office_handover_id.agent_closure in agent_results.HOPELESS
        )
        for case in ended if (reason or "").strip() else ():
            words = case._closure_words(case.office_handover_id)
            case._end_handovers()
            case._take_back(words)
        result = super().action_give_up(kind, reason)
        if kind != "dormant":
            hopeless.filtered(lambda case: case.outcome == "not_pursued").write(
                {"outcome": "uncollectable"}
            )
        return result


class CollectionHandover(models.Model):
    """A handover that its office has closed, and so have we."""

    _inherit = "collection.handover"  # pylint: disable=consider-merging-classes-inherited

    state = fields.Selection(
        selection_add=[("ended", "Ended There")], ondelete={"ended": "set default"}
    )


class DunningItem(models.Model):
    """An invoice of a case that was closed, and is open again."""

    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    def _reopen(self):
        """It is in the closed case no more: it is followed up, or goes into another."""
        closed = self.filtered(lambda item: item.state in ("closed", "remainder"))
        lines = (
            self.env["collection.case.line"]
            .sudo()
            .search(
                [
                    ("item_id", "in", closed.ids),
                    ("left_on", "=", False),
                    ("case_id.phase", "=", "closed"),
                ]
            )
        )
        result = super()._reopen()
        for case, own in lines.grouped("case_id").items():
            own._leave(self.env._("Open again after the case was closed."))
            case._note(self.env._("Open again: %s", ", ".join(own.item_id.mapped("display_name"))))
        return result


def _entry(line):
    to_costs = line.values.get("to_costs")
    return Entry(
        line.code,
        exact(line.amount),
        line.charged_to or "debtor",
        None if to_costs is None else Decimal(to_costs),
    )


def _since(handover, payments):
    """What was paid and is not in the package of a handover; nothing without one."""
    if not handover:
        return ZERO
    known = {tuple(each) for each in handover.paid_before or ()}
    return sum((Decimal(each[3]) for each in payments if each not in known), ZERO)
