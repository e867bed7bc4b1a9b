from odoo import fields, models

#: Journals by which money comes in.
MONEY = ("bank", "cash", "credit")


class DunningItem(models.Model):
    """What an item owes beside what the ledger shows of it: costs and interest."""

    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    charge_share_ids = fields.One2many(
        "dunning.charge.share", "item_id", "Costs and Interest", readonly=True
    )

    def _owed_beside(self):
        """Items with costs or interest of which something is left."""
        shares = (
            self.env["dunning.charge.share"]
            .sudo()
            .search([("item_id", "in", self.ids), ("charge_id.state", "in", ("claimed", "booked"))])
        )
        left = shares.filtered(
            lambda share: share.currency_id.compare_amounts(share.charge_id.amount_left, 0) > 0
        )
        beside = super()._owed_beside() | self.browse(left.item_id.ids)
        return beside & self

    def _open_on(self, day):
        """What was open of the principal after the payments through a day.

        Payments after it count as still open; credit notes and write-offs lower it whenever
        they were made.
        """
        self.ensure_one()
        line = self.line_id
        if line.parent_state != "posted":
            return 0.0
        later = line.matched_credit_ids.filtered(
            lambda part: part.credit_move_id.date > day and _is_money(part.credit_move_id)
        )
        amount = line.amount_residual_currency + sum(later.mapped("debit_amount_currency"))
        return max(self.currency_id.round(amount), 0.0)

    def _in_correction(self):
        """Those of these items whose invoice is a draft again."""
        return self.filtered(lambda item: item.move_id.state == "draft")

    def _last_paid_on(self):
        """The day of the latest payment or credit note on these items; nothing: never."""
        return max(self.line_id.matched_credit_ids.credit_move_id.mapped("date"), default=None)


def _is_money(line):
    """Whether a receivable line is a payment, not a credit note or a write-off."""
    return line.journal_id.type in MONEY or bool(line.move_id.origin_payment_id)
