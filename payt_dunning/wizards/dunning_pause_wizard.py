from odoo import api, fields, models
from odoo.exceptions import UserError


class DunningPauseWizard(models.TransientModel):
    """Pause some items or debtors until a date, with a reason."""

    _name = "dunning.pause.wizard"
    _description = "Pause Items or Debtors"

    item_ids = fields.Many2many(
        "dunning.item", string="Items", default=lambda self: self._selected("dunning.item")
    )
    debtor_ids = fields.Many2many(
        "dunning.debtor", string="Debtors", default=lambda self: self._selected("dunning.debtor")
    )
    date_until = fields.Date("Until", required=True, help="Last day of the pause.")
    reason = fields.Text(required=True, help="In your own words, for whoever looks at this later.")
    proposed = fields.Boolean(default=lambda self: not self._may_decide())

    @api.model
    def _selected(self, model):
        if self.env.context.get("active_model") != model:
            return self.env[model]
        return self.env[model].browse(self.env.context.get("active_ids"))

    @api.model
    def _may_decide(self):
        return self.env.user.has_group("payt_dunning.group_dunning_user")

    def action_apply(self):
        """Make a hold for each of them; a viewer's counts once a collector agrees."""
        self.ensure_one()
        items = self.item_ids.filtered(lambda item: item.state == "open")
        scopes = [(item.company_id, {"item_id": item.id}) for item in items]
        scopes += [(debtor.company_id, {"debtor_id": debtor.id}) for debtor in self.debtor_ids]
        if not scopes:
            raise UserError(self.env._("Nothing is open that could be paused."))
        holds = self.env["dunning.hold"].create(
            [
                {
                    **scope,
                    "company_id": company.id,
                    "kind": "pause",
                    "reason": self.reason,
                    "date_until": self.date_until,
                }
                for company, scope in scopes
            ]
        )
        holds._debtors()._decide_now()
        return {"type": "ir.actions.act_window_close"}
