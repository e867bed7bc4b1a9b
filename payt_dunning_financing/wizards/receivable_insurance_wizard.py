from odoo import fields, models
from odoo.exceptions import UserError


class ReceivableInsuranceWizard(models.TransientModel):
    """An insurer was told of late debtors, or is not told; for one or several."""

    _name = "receivable.insurance.wizard"
    _description = "Report to an Insurer"

    notice_ids = fields.Many2many(
        "receivable.insurance.notice",
        string="Debtors",
        default=lambda self: self._chosen(),
    )
    what = fields.Selection(
        [("reported", "Reported"), ("declined", "Not Reported")], required=True, default="reported"
    )
    day = fields.Date("Reported On", default=fields.Date.context_today)
    reference = fields.Char("Insurer's Reference")
    reason = fields.Char("Why Not")

    def _chosen(self):
        context = self.env.context
        chosen = context.get("active_model") == "receivable.insurance.notice"
        return context.get("active_ids") if chosen else False

    def action_apply(self):
        """Note it on the reports; what asked for them is over."""
        self.ensure_one()
        notices = self.notice_ids
        notices._check_reporter()
        if not notices:
            raise UserError(self.env._("Choose what was reported first."))
        if self.what == "reported":
            if not self.day:
                raise UserError(self.env._("On which day was it reported?"))
            notices._reported(self.day, (self.reference or "").strip())
        else:
            reason = (self.reason or "").strip()
            if not reason:
                raise UserError(self.env._("Say why: without a report in time cover can be lost."))
            notices._declined(reason)
        return {"type": "ir.actions.act_window_close"}
