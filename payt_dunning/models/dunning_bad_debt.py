from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

#: VAT of what was not paid comes back at the latest so long after it was due (art. 29 Wet OB).
AFTER = relativedelta(years=1)


class DunningItem(models.Model):
    """VAT of invoices that nobody pays, which the tax office gives back."""

    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    vat_open = fields.Monetary(
        "VAT in It",
        compute="_compute_vat_open",
        aggregator=None,
        help="Part of what is open that is VAT, as the invoice has it.",
    )
    vat_back_from = fields.Date(
        "VAT Back From",
        compute="_compute_vat_open",
        help="One year after it was due; in the return of that period at the latest. What is paid "
        "later gives VAT back to the tax office in proportion. Read your own law outside the "
        "Netherlands.",
    )

    @api.depends("amount_open", "date_due", "move_id.amount_tax", "move_id.amount_total")
    def _compute_vat_open(self):
        for item in self:
            move = item.sudo().move_id
            part = move.amount_tax / move.amount_total if move.amount_total else 0.0
            currency = item.currency_id
            item.vat_open = currency.round(item.amount_open * part) if currency else 0.0
            item.vat_back_from = item.date_due and item.date_due + AFTER
