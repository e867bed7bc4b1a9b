from datetime import datetime, time

from odoo import fields, models
from odoo.exceptions import UserError


class DunningDeliveryWizard(models.TransientModel):
    """Notes the number of a registered letter, and when it was delivered."""

    _name = "dunning.delivery.wizard"
    _description = "Registered Letter"

    notice_id = fields.Many2one(
        "dunning.notice",
        "Letter",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    track_number = fields.Char(
        "Registered Number",
        default=lambda self: self._of_letter().track_number,
        help="Track and trace.",
    )
    delivered_on = fields.Date(default=lambda self: self._of_letter().delivered_on)

    def _of_letter(self):
        return self.env["dunning.notice"].browse(self.env.context.get("active_id")).exists()

    def action_apply(self):
        """Note them on the letter."""
        self.ensure_one()
        letter = self.notice_id._check_poster()
        if letter.channel != "letter":
            raise UserError(self.env._("This message is not a letter."))
        today = self.env["dunning.message"]._today(letter.company_id)
        if self.delivered_on and not (
            letter.sent_on and letter.sent_on <= self.delivered_on <= today
        ):
            raise UserError(
                self.env._("A letter is delivered after it was posted, and not in the future.")
            )
        letter.write({"track_number": self.track_number, "delivered_on": self.delivered_on})
        if self.delivered_on and letter.state == "sent":
            letter._delivered_later(self.delivered_on)
            noon = datetime.combine(self.delivered_on, time(12))
            letter._take_delivered(self.track_number or "", noon)
        return {"type": "ir.actions.act_window_close"}
