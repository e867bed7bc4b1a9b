from odoo import api, fields, models
from odoo.tools import format_amount

from .dunning_owed import ItemOwed


class DunningDebtorOwed(models.Model):
    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    owed_principal = fields.Text("Invoices", compute="_compute_owed_today")
    owed_costs = fields.Text("Costs", compute="_compute_owed_today")
    owed_interest = fields.Text("Interest", compute="_compute_owed_today")
    owed_total = fields.Text("Owed Today", compute="_compute_owed_today")
    owed_note = fields.Text("Not Claimed", compute="_compute_owed_today")

    @api.depends_context("lang")
    def _compute_owed_today(self):
        """What is owed today in each currency, as the one calculation says."""
        for company, debtors in self.with_prefetch().grouped("company_id").items():
            day = self.env["dunning.message"]._today(company)
            items = self.env["dunning.item"].search(debtors._owing(day))
            found = self.env["dunning.owed"]._statements(items, day)
            for debtor in debtors:
                debtor._show_owed(
                    [each for each in found.values() if each.debtor_id == debtor._origin.id]
                )

    def _show_owed(self, statements):
        """Put what was calculated for this debtor into words.

        :param statements: one for each currency, see :class:`~.dunning_owed.Owed`
        """
        currencies = self.env["res.currency"].browse([each.currency_id for each in statements])
        for name in ("principal", "costs", "interest", "total"):
            self[f"owed_{name}"] = " + ".join(
                format_amount(self.env, float(getattr(each, name)), currency)
                for each, currency in zip(statements, currencies, strict=True)
            ) or self.env._("nothing")
        reasons = [
            item.why_no_interest
            for each in statements
            for item in each.items.values()
            if item.principal and item.why_no_interest
        ]
        self.owed_note = "\n".join(
            self.env._("No interest: %s", why)
            if len(set(reasons)) == 1
            else self.env._(
                "No interest on %(count)s items: %(why)s", count=reasons.count(why), why=why
            )
            for why in sorted(set(reasons))
        )

    def _owing(self, day):
        """A domain: items of these debtors that may owe something on ``day``."""
        return [
            ("debtor_id", "in", self.ids),
            "|",
            ("state", "in", ("open", "remainder")),
            ("closed_on", ">", day),
        ]


class DunningItemOwed(models.Model):
    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    owed_principal = fields.Monetary("Invoice", compute="_compute_owed_today")
    owed_costs = fields.Monetary("Costs", compute="_compute_owed_today")
    owed_interest = fields.Monetary("Interest", compute="_compute_owed_today")
    owed_total = fields.Monetary("Owed Today", compute="_compute_owed_today")
    owed_note = fields.Char("No Interest", compute="_compute_owed_today")

    @api.depends_context("lang")
    def _compute_owed_today(self):
        """What is owed today for these items, as the one calculation says."""
        Item, nothing = self.env["dunning.item"], ItemOwed(0)
        for company, items in self.with_prefetch().grouped("company_id").items():
            day = self.env["dunning.message"]._today(company)
            # With all that their debtors owe: in the order of the law a payment for one of them
            # may have gone to another.
            all_items = Item.search(items.debtor_id._owing(day)) | items._origin
            found = self.env["dunning.owed"]._statements(all_items, day)
            for item in items:
                own = found.get((item.debtor_id.id, item.currency_id.id))
                owed = own.items.get(item._origin.id, nothing) if own else nothing
                item.owed_principal = float(owed.principal)
                item.owed_costs = float(owed.costs)
                item.owed_interest = float(owed.interest)
                item.owed_total = float(owed.total)
                item.owed_note = owed.principal and owed.why_no_interest
