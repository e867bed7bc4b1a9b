from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.dunning_letter_sending import RETURNED


class DunningReturnedWizard(models.TransientModel):
    """Notes that posted letters came back: one, or a pile of them."""

    _name = "dunning.returned.wizard"
    _description = "Letters Came Back"

    notice_ids = fields.Many2many(
        "dunning.notice",
        string="Letters",
        required=True,
        default=lambda self: self._default_notices(),
    )
    why = fields.Selection(RETURNED, required=True)
    day = fields.Date("Came Back On", required=True, default=fields.Date.context_today)

    @api.model
    def _default_notices(self):
        notices = self.env["dunning.notice"].browse(self.env.context.get("active_ids") or ())
        return notices.exists().filtered(
            lambda notice: notice.channel == "letter" and notice.state == "sent"
        )

    def action_apply(self):
        """Note it: these letters gave no term, and their address is not used again."""
        self.ensure_one()
        if not self.notice_ids._letter_returned(self.why, self.day):
            raise UserError(self.env._("None of these is a letter that was posted."))
        return {"type": "ir.actions.act_window_close"}
