from odoo import api, fields, models


class DunningPauseWizard(models.TransientModel):
    """Pause some items, debtors or invoices until a date, with a reason."""

    _name = "dunning.pause.wizard"
    _description = "Pause Items or Debtors"
    _inherit = "dunning.selection"

    date_until = fields.Date("Until", required=True, help="Last day of the pause.")
    reason = fields.Text(required=True, help="In your own words, for whoever looks at this later.")
    proposed = fields.Boolean(default=lambda self: not self._may_decide())

    @api.model
    def _may_decide(self):
        return self.env.user.has_group("payt_dunning.group_dunning_user")

    def action_apply(self):
        """Make a hold for each of them; a viewer's counts once a collector agrees."""
        self.ensure_one()
        self._hold(kind="pause", reason=self.reason, date_until=self.date_until)
        return {"type": "ir.actions.act_window_close"}
