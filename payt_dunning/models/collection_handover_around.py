from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount, format_date

from .collection_handover import LIVE


class DunningItem(models.Model):
    """Whether somebody else collects an item."""

    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    def _with_agents(self):
        """The handovers by which somebody else collects these: ``{item id: handover}``."""
        if not self.ids:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT part.item_id, handover.id
                     FROM collection_case_line part
                     JOIN collection_handover handover ON handover.case_id = part.case_id
                    WHERE part.item_id = ANY(%s) AND part.left_on IS NULL
                      AND handover.state = ANY(%s) AND handover.test IS NOT TRUE
                      AND handover.function IN ('original', 'replacement')""",
                self.ids,
                list(LIVE),
            )
        )
        handovers = self.env["collection.handover"].sudo().browse([row[1] for row in rows])
        return {item_id: handover for (item_id, _id), handover in zip(rows, handovers, strict=True)}

    def _ours(self):
        """Those that nobody else collects."""
        found = self._with_agents()
        return self.filtered(lambda item: item.id not in found)

    def _check_ours(self):
        """Refuse to agree on what somebody else collects, naming the first and the way out.

        :raises UserError: in the user's words
        """
        found = self._with_agents()
        for item in self.filtered(lambda each: each.id in found)[:1]:
            handover = found[item.id]
            raise UserError(
                self.env._(
                    "%(invoice)s is with %(office)s since %(day)s, so nothing is agreed about it "
                    "here. Ask the office, or recall it from case %(case)s first.",
                    invoice=item.display_name,
                    office=handover.agent_id.name,
                    day=format_date(self.env, handover._day_made()),
                    case=handover.case_id.name,
                )
            )


class DunningDebtor(models.Model):
    """What somebody else collects of a debtor, beside what is followed up here."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    owed_with_agents = fields.Text("Collected by Others", compute="_compute_owed_today")

    def _show_owed(self, statements):
        """The totals are of everything; a line for each office says what of it is there."""
        result = super()._show_owed(statements)
        parts = {
            item_id: (part.total, statement.currency_id)
            for statement in statements
            for item_id, part in statement.items.items()
            if part.total
        }
        sums = defaultdict(Decimal)
        for item_id, handover in self.env["dunning.item"].browse(parts)._with_agents().items():
            amount, currency_id = parts[item_id]
            sums[handover, currency_id] += amount
        self.owed_with_agents = "\n".join(
            self.env._(
                "%(amount)s by %(office)s (case %(case)s)",
                amount=format_amount(
                    self.env, float(amount), self.env["res.currency"].browse(currency_id)
                ),
                office=handover.agent_id.name,
                case=handover.case_id.name,
            )
            for (handover, currency_id), amount in sums.items()
        )
        return result


class CollectionHandover(models.Model):
    """On which day somebody else began to collect."""

    _inherit = "collection.handover"  # pylint: disable=consider-merging-classes-inherited

    def _day_made(self):
        """The day on which it was made, where the company is."""
        here = self.with_context(tz=self.company_id.partner_id.tz or "UTC")
        return fields.Datetime.context_timestamp(here, self.handed_on).date()


class DunningPromiseChecks(models.AbstractModel):
    """Nothing is promised here of what somebody else collects."""

    _inherit = "dunning.promise.checks"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _check(self, items, day, amount=None):
        items._check_ours()
        return super()._check(items, day, amount)


class DunningPaymentPlan(models.Model):
    """Nor is a plan made or begun."""

    _inherit = "dunning.payment.plan"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _check_covered(self, items, charges, own=None):
        (items | charges.share_ids.item_id)._check_ours()
        return super()._check_covered(items, charges, own)


class DunningDispute(models.Model):
    """Nor is a dispute begun: the office has to know of it, and to stop."""

    _inherit = "dunning.dispute"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _begin(self, items, contested, reason, text="", **values):
        items._check_ours()
        return super()._begin(items, contested, reason, text, **values)


class AccountMove(models.Model):
    """What somebody else collects is not paid in Odoo's portal either."""

    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _dunning_with_agent(self):
        """The handover by which somebody else collects an invoice; empty for none."""
        items = self.env["dunning.item"].sudo().search([("move_id", "in", self.ids)])
        return next(iter(items._with_agents().values()), self.env["collection.handover"])

    def _has_to_be_paid(self):
        return super()._has_to_be_paid() and not self._dunning_with_agent()

    def _get_online_payment_error(self):
        if handover := self._dunning_with_agent():
            return self.env["dunning.page.story"]._collects(handover)
        return super()._get_online_payment_error()
