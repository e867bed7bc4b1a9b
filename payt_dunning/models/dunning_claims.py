import logging
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..rules.law.asks import announced, lessened
from ..rules.law.errors import Held, Refused
from ..rules.law.money import ZERO, share
from ..tools import exact
from .dunning_dialogue import DISTURBED

_logger = logging.getLogger(__name__)

#: Money that was paid on the last day of a term is in the books some days later.
GRACE = timedelta(days=2)
#: Interest up to this is let go when the principal has been paid.
LAPSES = 5
#: What the debtor was granted within the term of a notice: the notice can't be used any more.
GRANTED = ("promise", "plan")
#: Interest is fixed as a claim only where a message asked for some.
ASKED = Domain("notice_id.interest", ">", 0) & Domain("notice_id.state", "=", "sent")


class Due(NamedTuple):
    """Costs that are due, and how they came about.

    :param shares: ``[(item, principal they were calculated on, part of them)]``
    """

    shares: list
    net: Decimal
    tax: Decimal
    basis: str
    steps: list
    rows: list


class DunningClaims(models.AbstractModel):
    """Makes claims of what messages announced, once their term has passed in vain.

    Source: BW 6:96(6) for consumers: costs are due of what was not paid within the term.
    """

    _name = "dunning.claims"
    _description = "Claims After Notices"

    @api.model
    def _claim_expired(self, company):
        """Claim the costs of every message of a company whose term has passed.

        :return: a line for each that could not be claimed; a person looks at it then
        """
        today = self.env["dunning.message"]._today(company)
        notices = self.env["dunning.notice"].search(
            self._expired(today) & Domain("company_id", "=", company.id), order="id"
        )
        problems = []
        for notice in self._not_spared(notices, today):
            try:
                with self.env.cr.savepoint():
                    self._claim(notice, today)
            except DISTURBED:
                raise
            except Exception as problem:  # noqa: BLE001  the others are claimed all the same
                if not isinstance(problem, (UserError, Held, Refused)):
                    _logger.exception("Costs of message %s can't be claimed", notice.id)
                self.env.invalidate_all(flush=False)
                words = self.env["collection.law.words"]
                words = words.with_context(lang=company.partner_id.lang)._problem(problem)
                problems.append(f"{notice.debtor_id.display_name}: {words}")
                notice.write({"costs_settled": True, "claim_problem": words})
        return problems

    @api.model
    def _claim(self, notice, today):
        """Claim what one message announced, of what was not paid within its term.

        :return: the ``dunning.charge``, empty where nothing is left to claim
        """
        notice.write({"costs_settled": True, "claim_problem": False})
        charge, due = self.env["dunning.charge"], self._due(notice, today)
        if not due:
            return charge
        charge = charge._create_costs(
            notice,
            due.shares,
            float(due.net),
            float(due.tax),
            notice.term_until + timedelta(days=1),
            due.basis,
            due.steps,
            due.rows,
        )
        closed = charge.share_ids.item_id.filtered(lambda item: item.state == "closed")
        closed._close()
        return charge

    @api.model
    def _lapse(self, notices):
        """Costs by virtue of notices that came back were never due: what is left lapses.

        Where that can't be done, or they were paid, a manager gets a task.
        """
        charges = self.env["dunning.charge"].sudo()
        for charge in charges.search(
            [
                ("notice_id", "in", notices.ids),
                ("notice_id.statutory_code", "!=", False),
                ("kind", "=", "costs"),
                ("state", "!=", "waived"),
            ]
        ):
            try:
                with self.env.cr.savepoint():
                    charge._waive(charge.amount_left, self.env._("their notice came back"))
            except UserError:
                charge.invalidate_recordset()
                self.env["dunning.task"]._ask(
                    charge.debtor_id,
                    "costs",
                    lambda env: env._(
                        "Waive or pay back the costs that were claimed: their notice came back"
                    ),
                    managers=True,
                )

    @api.model
    def _expired(self, day):
        """A domain: messages whose term has passed on a day, and whose costs nobody settled."""
        return Domain(
            [
                ("state", "=", "sent"),
                ("retry_of_id", "=", False),
                ("costs_announced", ">", 0),
                ("term_until", "<", day - GRACE),
                ("costs_settled", "=", False),
            ]
        )

    @api.model
    def _not_spared(self, notices, day):
        """Those of notices about no item of which the debtor waits for us.

        It can't pay and asked for an offer, says that it has paid, or wrote and has no answer.
        The others are looked at again each day: costs become due once it has our answer.
        """
        items, holds = notices.line_ids.item_id, self.env["dunning.hold"]
        spared = holds._in_hardship(items, day) | holds._looked_into(items, day)
        return notices.filtered(lambda notice: not notice.line_ids.item_id & spared)

    @api.model
    def _expected(self, item_ids, day):
        """What the run of a day will claim of items beside what is claimed already."""
        notices = self.env["dunning.notice"].search(
            self._expired(day) & Domain("line_ids.item_id", "in", list(item_ids))
        )
        found = ZERO
        live = notices.filtered(lambda each: each.company_id._dunning_is_live())
        for notice in self._not_spared(live, day):
            try:
                due = self._due(notice, day)
            except (Held, Refused):
                continue
            found += due.net + due.tax if due else ZERO
        return found

    @api.model
    def _due(self, notice, today):
        """What is due of what a message announced; ``None`` where nothing is. Writes nothing.

        :raises Held: when the tables don't say
        """
        items = self._items_of(notice)
        principals = self._unpaid(notice, items)
        if not any(principals.values()):
            return None
        law = self.env["dunning.law"]
        standings = law._standings(items, today)
        bar = law._bar(law._creditor(notice.company_id, today), today)
        tables = bar.tables.fresh()
        found = announced(
            tables,
            [standings[item_id] for item_id in principals],
            principals,
            bar.creditor,
            today,
            bar.fees(notice.debtor_id.id),
        )
        # The scale is for all collecting: a fee that was claimed before is part of it.
        fees = self._fees_of(items.browse(principals))
        net, tax = lessened(
            max(min(exact(notice.costs_announced), found.total) - fees, ZERO), found
        )
        if not net:
            return None
        bases = {item_id: base for item_id, base in principals.items() if base > 0}
        parts = share(net + tax, bases)
        return Due(
            shares=[(items.browse(item_id), bases[item_id], parts[item_id]) for item_id in bases],
            net=net,
            tax=tax,
            basis=found.why,
            steps=[[step.code, step.values] for step in found.lines],
            rows=list(tables.used),
        )

    @api.model
    def _fees_of(self, items):
        """Fees that were claimed about items and not waived."""
        shares = self.env["dunning.charge.share"].search(
            [
                ("item_id", "in", items.ids),
                ("charge_id.kind", "=", "fee"),
                ("charge_id.state", "!=", "waived"),
            ]
        )
        return sum((exact(share.amount) for share in shares), ZERO)

    @api.model
    def _items_of(self, notice):
        """The items that a message was about, but for those that were granted time within it."""
        position = notice.level_id.position
        lines = notice.line_ids.filtered(lambda line: line.position == position)
        items = lines.filtered(lambda line: not line.void_because).item_id
        items = items.filtered(
            lambda item: (
                item.debtor_id == notice.debtor_id
                and not (item.copied_on and notice.sent_on <= item.copied_on <= notice.term_until)
            )
        )
        holds = self.env["dunning.hold"].search(
            Domain("kind", "in", GRANTED)
            & Domain("proposed", "=", False)
            & Domain("date_from", "<=", notice.term_until)
            & (Domain("released_on", "=", False) | Domain("released_on", ">=", notice.received_on))
            & (
                Domain("item_id", "in", items.ids)
                | Domain("move_id", "in", items.move_id.ids)
                | Domain("debtor_id", "=", notice.debtor_id.id)
            )
        )
        if holds.debtor_id:
            return items.browse()
        return items - holds.item_id - items.filtered(lambda item: item.move_id in holds.move_id)

    @api.model
    def _unpaid(self, notice, items):
        """What of items was not paid by the last day of the term: ``{item id: amount}``.

        Credit notes count whenever they came: what they take away was never owed. What is
        disputed stays out.
        """
        until, found = notice.term_until, {}
        disputed = self._disputed(notice, items)
        asked = {line.item_id.id: exact(line.amount) for line in notice.line_ids}
        for item_id, ledger in self.env["dunning.owed"]._history(items).items():
            left = ledger.principal - sum(
                (
                    step.amount
                    for step in ledger.steps
                    if step.kind != "payment" or step.day <= until
                ),
                ZERO,
            )
            part = disputed.get(item_id, ZERO)
            # What was disputed before the message left is not in what it asked for either.
            left = ZERO if part is None else min(left - part, asked[item_id])
            found[item_id] = max(left, ZERO)
        return found

    @api.model
    def _disputed(self, notice, items):
        """What is disputed of items now, by item id; ``None`` for all of it."""
        today = self.env["dunning.message"]._today(notice.company_id)
        rows = self.env["dunning.facts"]._rows_of(items.ids)
        holds = self.env["dunning.hold"]._load(notice.company_id.id, rows)
        found = {}
        for item_id, own in holds.items():
            disputes = [hold for hold in own if hold.kind == "dispute" and hold.counts_on(today)]
            if any(hold.amount is None for hold in disputes):
                found[item_id] = None
            elif disputes:
                found[item_id] = sum((hold.amount for hold in disputes), ZERO)
        return found

    # -- fees ------------------------------------------------------------------------------

    @api.model
    def _claim_fee(self, notice):
        """Claim the fee of a message that has left; what can't be claimed is noted on it."""
        lines = notice.line_ids.filtered(lambda line: line.position > 0 and line.amount > 0)
        weights = {line.item_id.id: exact(line.amount) for line in lines}
        parts = share(exact(notice.fee), weights)
        shares = [(line.item_id, line.amount, parts[line.item_id.id]) for line in lines]
        try:
            with self.env.cr.savepoint():
                self.env["dunning.charge"]._create_fee(notice, shares)
        except UserError as problem:
            notice.claim_problem = str(problem)

    # -- interest --------------------------------------------------------------------------

    @api.model
    def _fix_interest(self, items):
        """Fix the interest of items whose principal has been paid, where a message asked for it.

        Small amounts are let go.
        """
        lines = self.env["dunning.notice.line"].search(
            Domain("item_id", "in", items.ids) & Domain("position", ">", 0) & ASKED
        )
        for item in lines.item_id:
            with self.env.cr.savepoint():
                self._fix_interest_of(item)

    @api.model
    def _fix_interest_of(self, item):
        owed = self.env["dunning.owed"]
        ledger = owed._history(item).get(item.id)
        if not ledger or not ledger.steps or ledger.residual > 0:
            return
        day = max(step.day for step in ledger.steps)
        found = owed._statements(item, day).get((item.debtor_id.id, ledger.currency_id))
        interest = found.items[item.id].interest if found else ZERO
        if interest <= LAPSES:
            return
        try:
            self.env["dunning.charge"]._create_interest(
                [(item, ledger.principal, interest)],
                day,
                self.env._("Interest until the principal was paid"),
                [],
                [row.name for row in found.rows],
            )
        except UserError as problem:
            self.env["dunning.event"].sudo()._note(item, str(problem))


class DunningNotice(models.Model):
    """Messages that announced costs."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    costs_settled = fields.Boolean(
        readonly=True, help="Its term has passed, and what it announced was claimed or can't be."
    )
    claim_problem = fields.Text("Why Nothing Was Claimed", readonly=True)

    _to_claim = models.Index(
        "(company_id, term_until) WHERE state = 'sent' AND costs_announced > 0"
        " AND costs_settled IS NOT TRUE"
    )

    def _set_returned(self, why, until=None):
        """What came back gave no term: nothing was due after it."""
        result = super()._set_returned(why, until)
        self.env["dunning.claims"]._lapse(self)
        return result
