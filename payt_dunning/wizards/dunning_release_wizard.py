from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.dunning_hold import RESUME_MODES


class DunningReleaseWizard(models.TransientModel):
    """End holds, and say with which level follow-up goes on."""

    _name = "dunning.release.wizard"
    _description = "Release Holds"

    hold_ids = fields.Many2many(
        "dunning.hold",
        string="Holds",
        required=True,
        default=lambda self: self._default_holds(),
    )
    mode = fields.Selection(RESUME_MODES, "Go On", required=True, default="continue")
    reason = fields.Text()

    @api.model
    def _default_holds(self):
        """The holds that were selected, or the pauses of selected items or debtors.

        Their other holds are released one by one: each has a reason of its own to look at.
        """
        model = self.env.context.get("active_model")
        ids = self.env.context.get("active_ids") or []
        if model == "dunning.hold":
            return self.env[model].browse(ids)
        if model == "dunning.debtor":
            scope = Domain("debtor_id", "in", ids)
        elif model == "dunning.item":
            items = self.env[model].browse(ids)
            scope = (
                Domain("item_id", "in", ids)
                | Domain("move_id", "in", items.move_id.ids)
                | Domain("debtor_id", "in", items.debtor_id.ids)
            )
        else:
            return self.env["dunning.hold"]
        holds = self.env["dunning.hold"].search(
            scope & Domain("kind", "=", "pause") & self.env["dunning.hold"]._in_force()
        )
        if not holds:
            raise UserError(
                self.env._("None of these is paused. Other holds are released under Holds.")
            )
        return holds

    def action_apply(self):
        """Release the holds."""
        self.ensure_one()
        self.hold_ids.action_release(self.reason, self.mode)
        self.hold_ids._debtors()._decide_now()
        return {"type": "ir.actions.act_window_close"}
