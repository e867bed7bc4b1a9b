from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class ReceivablePledgePay(models.TransientModel):
    """Notes what debtors paid to their financier: nobody asks for it until it is booked."""

    _name = "receivable.pledge.pay"
    _description = "Paid to the Financier"

    day = fields.Date("Paid On", required=True, default=fields.Date.context_today)
    line_ids = fields.One2many("receivable.pledge.pay.line", "dialog_id", "Invoices")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "line_ids" in fields and self.env.context.get("active_model") == "receivable.pledge":
            ids = self.env.context.get("active_ids") or []
            pledges = self.env["receivable.pledge"].browse(ids)
            values["line_ids"] = [Command.create(line) for line in pledges._check_may()._payable()]
        return values

    def action_apply(self):
        """Note them; the right is looked at again."""
        self.ensure_one()
        lines = self.line_ids.filtered("amount")
        if not lines:
            raise UserError(self.env._("Say how much of at least one invoice was paid."))
        payments = self.env["receivable.pledge.payment"].sudo()
        for line in lines:
            payments._note(line.pledge_id._check_may(), self.day, line.amount)
        return {"type": "ir.actions.act_window_close"}


class ReceivablePledgePayLine(models.TransientModel):
    """One invoice of that."""

    _name = "receivable.pledge.pay.line"
    _description = "Invoice Paid to the Financier"

    dialog_id = fields.Many2one("receivable.pledge.pay", required=True, ondelete="cascade")
    pledge_id = fields.Many2one("receivable.pledge", "Invoice", required=True, ondelete="cascade")
    currency_id = fields.Many2one("res.currency", readonly=True)
    open_amount = fields.Monetary("Open", readonly=True)
    amount = fields.Monetary("Paid to the Financier")
