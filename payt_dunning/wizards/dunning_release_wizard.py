from odoo import fields, models

from ..models.dunning_hold import RESUME_MODES


class DunningReleaseWizard(models.TransientModel):
    """End holds, and say with which level follow-up goes on."""

    _name = "dunning.release.wizard"
    _description = "Release Holds"

    hold_ids = fields.Many2many(
        "dunning.hold",
        string="Holds",
        required=True,
        default=lambda self: (
            self.env.context.get("active_model") == "dunning.hold"
            and self.env.context.get("active_ids")
        ),
    )
    mode = fields.Selection(RESUME_MODES, "Go On", required=True, default="continue")
    reason = fields.Text()

    def action_apply(self):
        """Release the holds."""
        self.ensure_one()
        self.hold_ids.action_release(self.reason, self.mode)
        return {"type": "ir.actions.act_window_close"}
